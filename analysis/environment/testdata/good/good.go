// Package good looks at the event.
package good

import (
	"context"
	"os"
	"time"

	"github.com/evgen/evgen/analysis/testdata/ledger"
	"github.com/evgen/evgen/analysis/testdata/ledger/ledgerread"
	"github.com/evgen/evgen/runtime"
)

type (
	added   = runtime.Envelope[ledger.ItemAdded]
	removed = runtime.Envelope[ledger.ItemRemoved]
)

type list struct{}

var _ ledgerread.ListHandler[*ledgerread.Tx] = list{}

func (list) Tables() []string { return nil }

func (list) ItemAdded(ctx context.Context, tx *ledgerread.Tx, e added) error {
	tx.Queue("insert", e.OccurredAt.UTC(), region, e.OccurredAt.In(time.UTC), os.ErrNotExist)
	if os.IsNotExist(ctx.Err()) {
		return ctx.Err()
	}
	return nil
}

const region = "eu"

func init() { _ = os.Getenv("X") }

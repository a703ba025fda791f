// Package good leaves nothing to chance.
package good

import (
	"context"
	"math/rand"
	rand2 "math/rand/v2"

	"github.com/google/uuid"

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
	tx.Queue("insert", uuid.NewSHA1(e.ID, []byte("x")), uuid.MustParse("00000000-0000-0000-0000-000000000000"), uuid.Nil)
	seeded := rand.New(rand.NewSource(int64(e.Position)))
	tx.Queue("insert", seeded.Intn(6))
	other := rand2.New(rand2.NewPCG(1, uint64(e.Position)))
	tx.Queue("insert", other.IntN(6))
	return nil
}

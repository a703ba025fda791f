// Package elsewhere does not know that it plays roles.
package elsewhere

import (
	"context"

	"github.com/evgen/evgen/analysis/testdata/ledger"
	"github.com/evgen/evgen/runtime"
)

type Tx struct{}

type Handler struct{}

func (Handler) Tables() []string { return nil }

func (Handler) ItemAdded(ctx context.Context, tx *Tx, e runtime.Envelope[ledger.ItemAdded]) error {
	return nil
}

func React(ctx context.Context, e runtime.Envelope[ledger.ItemAdded]) ([]string, error) {
	return nil, nil
}

package doubles

import (
	"context"

	"github.com/evgen/evgen/analysis/testdata/ledger"
	"github.com/evgen/evgen/runtime"
)

type double struct{}

func (double) ItemRemoved(ctx context.Context, e runtime.Envelope[ledger.ItemRemoved]) error {
	return nil
}

func use() {
	ledger.OnAdded(func(ctx context.Context, e runtime.Envelope[ledger.ItemAdded]) ([]string, error) { return nil, nil })
}

// Package bad touches files.
package bad

import (
	"context"
	"os"
	"path/filepath"

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
	_, _ = os.ReadFile("x")         // want `^a projection touches files: list.ItemAdded -> os.ReadFile$`
	_ = os.WriteFile("x", nil, 0o6) // want `os.WriteFile`
	_, _ = filepath.Glob("*")       // want `filepath.Glob`
	f, _ := os.Open("x")            // want `os.Open`
	_ = f
	walk := filepath.WalkDir // want `filepath.WalkDir`
	_ = walk
	return nil
}

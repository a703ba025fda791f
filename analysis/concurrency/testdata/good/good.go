// Package good does one thing after the other.
package good

import (
	"context"
	"sync"

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

var mu sync.Mutex

var once sync.Once

func (list) ItemAdded(ctx context.Context, tx *ledgerread.Tx, e added) error {
	mu.Lock()
	defer mu.Unlock()
	once.Do(func() {})
	tx.Queue("insert", e.Data.ID)
	return nil
}

// Start is no role.
func Start() { go func() {}() }

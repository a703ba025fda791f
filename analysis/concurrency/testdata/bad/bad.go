// Package bad depends on others.
package bad

import (
	"context"
	"sync"
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
	go func() {}()          // want `^a projection depends on when others run: list.ItemAdded -> go statement$`
	time.Sleep(time.Second) // want `time.Sleep`
	var wg sync.WaitGroup
	wg.Wait() // want `sync.WaitGroup.Wait`
	c := make(chan int, 1)
	c <- 1        // want `send on a channel`
	<-c           // want `receive from a channel`
	for range c { // want `range over a channel`
	}
	select { // want `select of 2 cases`
	case <-ctx.Done(): // want `receive`
	case <-c: // want `receive`
	}
	spawn() // want `list.ItemAdded -> spawn -> go statement`
	return nil
}

func spawn() { go func() {}() }

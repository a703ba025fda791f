// Package bad draws at random.
package bad

import (
	"context"
	crand "crypto/rand"
	"hash/maphash"
	"io"
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
	tx.Queue("insert", uuid.New())        // want `^a projection draws at random: list.ItemAdded -> uuid.New$`
	tx.Queue("insert", uuid.NewString())  // want `uuid.NewString`
	tx.Queue("insert", rand.Intn(6))      // want `rand.Intn`
	tx.Queue("insert", rand2.N(6))        // want `rand.N`
	tx.Queue("insert", crand.Text())      // want `rand.Text`
	_ = maphash.MakeSeed()                // want `maphash.MakeSeed`
	_, _ = io.ReadFull(crand.Reader, nil) // want `rand.Reader`
	_, _ = io.ReadFull(entropy, nil)      // want `list.ItemAdded -> rand.Reader`
	_ = shared.Intn(6)                    // want `list.ItemAdded -> shared, which outlives the call`
	_ = id()                              // want `list.ItemAdded -> id -> uuid.Must -> uuid.NewV7|list.ItemAdded -> id -> uuid.NewV7`
	rand.Shuffle(2, func(i, j int) {})    // want `rand.Shuffle`
	return nil
}

var entropy io.Reader = crand.Reader

var shared = rand.New(rand.NewSource(1))

func id() uuid.UUID { return uuid.Must(uuid.NewV7()) }

// Package embedder is the service that computes embeddings: it hears from a broker
// which words came to be, takes its time, keeps a row for each of them, and tells the
// memories.
//
// In go messages; out come rows in a database of its own, once for each event, and
// calls of [Work.Tell]. It decides nothing about memories and starts nothing before
// [Embedder.Run].
//
// On SQLite its database is a file of its own: the transaction of an effect is open
// for as long as the effect takes, and a file has one writer at a time.
package embedder

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/examples/memory/embedding"
	"github.com/evgen/evgen/examples/memory/events/memory"
	"github.com/evgen/evgen/examples/memory/events/memory/memoryprocess"
	"github.com/evgen/evgen/examples/memory/library"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/delivery"
	"github.com/evgen/evgen/runtime/projection"
)

// Vectors is the embedder's database. It must be made by [Open].
type Vectors struct {
	place
}

// place is a database of either kind.
type place interface {
	projection.Control
	// embedder returns an embedder that is not yet running.
	embedder(source delivery.Source, w Work, opts []delivery.Option) (Embedder, error)
	// Events returns the events whose words were embedded, one for each row.
	Events(ctx context.Context) ([]uuid.UUID, error)
	Close() error
}

// Embedder is a delivery.Consumer of some database.
type Embedder interface {
	Run(ctx context.Context) error
	Lag(ctx context.Context) ([]delivery.Lag, error)
}

// Work is what an embedder does with words.
type Work struct {
	// Takes is how long a computation takes.
	Takes time.Duration
	// Tell makes an embedding known. It may be called again for the same words.
	Tell func(ctx context.Context, words runtime.Meta, embedding memory.MemoryEmbedded) error
	// Begun is called when a computation begins.
	Begun func(words runtime.Meta, text string)
}

// Open opens the vectors that belong to a store, and makes them if they are not
// there: in the database that the address names, or in a file beside the store's.
func Open(ctx context.Context, store string) (*Vectors, error) {
	var p place
	var err error
	if library.IsAddress(store) {
		p, err = openPostgres(ctx, store)
	} else {
		p, err = openFile(ctx, Beside(store))
	}
	if err != nil {
		return nil, fmt.Errorf("open vectors: %w", err)
	}
	if err := p.Setup(ctx); err != nil {
		return nil, fmt.Errorf("open vectors: %w", err)
	}
	return &Vectors{p}, nil
}

// Beside names the file of the vectors that belong to a file of memories.
func Beside(store string) string {
	store = strings.TrimPrefix(store, "sqlite:")
	return strings.TrimSuffix(store, filepath.Ext(store)) + "-vectors.db"
}

// lease is how long the work stays with an embedder that was killed.
const lease = 2 * time.Second

// longest bounds a computation, in multiples of the time that it should take.
const longest = 20

// Embedder returns what embeds the words that source delivers, not yet running.
func (v *Vectors) Embedder(source delivery.Source, w Work, opts ...delivery.Option) (Embedder, error) {
	opts = append([]delivery.Option{
		// what is computed within a transaction is lost with it
		delivery.WithWindow(1),
		delivery.WithHandlerTimeout(longest * (w.Takes + time.Second)),
		delivery.WithRunner(projection.WithLease(lease), projection.WithPoll(lease/10)),
	}, opts...)
	return v.embedder(source, w, opts)
}

func newEmbedder[T any](source delivery.Source, db projection.Database[T], t table[T], w Work, opts []delivery.Option) (Embedder, error) {
	registry, err := runtime.NewRegistry(memory.Schema())
	if err != nil {
		return nil, err
	}
	return memoryprocess.NewEmbedder(source, db, registry, handler[T]{t, w}, opts...)
}

// vectors is the name of the table.
const vectors = "memory_vectors"

// table writes the table in transactions of type T.
type table[T any] interface {
	Create(ctx context.Context, tx T) error
	insert(ctx context.Context, tx T, words runtime.Meta, vector []byte) error
}

// handler gives words their embedding.
type handler[T any] struct {
	table[T]
	work Work
}

var (
	_ memoryprocess.EmbedderHandler[any] = handler[any]{}
	_ delivery.TableMaker[any]           = handler[any]{}
)

// Tables implements [delivery.TableMaker].
func (handler[T]) Tables() []string { return []string{vectors} }

// MemoryCreated implements [memoryprocess.EmbedderHandler].
func (h handler[T]) MemoryCreated(ctx context.Context, tx T, event runtime.Envelope[memory.MemoryCreated]) error {
	return h.embed(ctx, tx, event.Meta, event.Data.Text)
}

// MemoryReworded implements [memoryprocess.EmbedderHandler].
func (h handler[T]) MemoryReworded(ctx context.Context, tx T, event runtime.Envelope[memory.MemoryReworded]) error {
	return h.embed(ctx, tx, event.Meta, event.Data.Text)
}

// embed writes the row in tx, which takes place once. To tell may take place again,
// if the process dies before tx is committed: whoever is told has to know the event.
func (h handler[T]) embed(ctx context.Context, tx T, words runtime.Meta, text string) error {
	h.work.Begun(words, text)
	vector, err := embedding.Slowly(ctx, text, h.work.Takes)
	if err != nil {
		return fmt.Errorf("embed the words of %s: %w", words.ID, err)
	}
	encoded, err := json.Marshal(vector)
	if err != nil {
		return fmt.Errorf("encode the embedding of %s: %w", words.ID, err)
	}
	if err := h.insert(ctx, tx, words, encoded); err != nil {
		return err
	}
	return h.work.Tell(ctx, words, memory.MemoryEmbedded{Model: embedding.Model, Vector: vector})
}

// Package library keeps memories where a name says: in a file of SQLite, or in a
// database of PostgreSQL.
//
// In go names; out come an event store, read models that follow it, and what keeps
// those up to date. Both kinds of place behave alike. It decides nothing about
// memories, and starts nothing but in [Library.Run], [Library.Beside] and
// [Library.WaitFor].
package library

import (
	"context"
	"errors"
	"log/slog"
	"net/url"
	"strings"
	"sync"

	"github.com/google/uuid"

	"github.com/evgen/evgen/examples/memory/events/memory/memoryread"
	"github.com/evgen/evgen/examples/memory/mind"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/delivery"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/saga"
)

// ErrMissing says that nothing is kept at a place yet.
var ErrMissing = errors.New("nothing is kept there yet")

// Store is what both event stores can do.
type Store interface {
	runtime.Store
	runtime.SnapshotStore
	runtime.Subscriber
	runtime.Finder
	runtime.Importer
	Close() error
}

// Library is an open place. It must be made by [Open] or [Make]; it is a
// mind.ReadModel.
type Library struct {
	// Events is the store, Models what is known of the read models' progress, Sagas
	// of consolidations.
	Events Store
	Models projection.Control
	Sagas  saga.Control
	reader

	place  place
	logger *slog.Logger
	mu     sync.Mutex
	// running counts the calls of Run.
	running int
}

// place is a database with read models.
type place interface {
	projection.Control
	reader
	// runner returns a runner of the projections, with refuse in front of the search.
	runner(store Store, refuse Refuse, opts []projection.Option) (Runner, error)
	relay(store Store, sink delivery.Sink, opts []projection.Option) (Runner, error)
	reaction(store Store, opts []projection.Option) (Runner, error)
	saga(store Store, steps mind.Consolidation, opts []projection.Option, more []saga.Option) (Runner, Worker, error)
	// Sagas is what is known of consolidations.
	Sagas() saga.Control
	setupSagas(ctx context.Context) error
	Close() error
}

// reader reads the read models; see mind.ReadModel.
type reader interface {
	ByCreatedAt(ctx context.Context, page projection.Page) ([]memoryread.MemoryListRow, string, error)
	Between(ctx context.Context, low, high uuid.UUID, limit int) ([]uuid.UUID, error)
	Search(ctx context.Context, words []string, limit int) ([]uuid.UUID, error)
}

// Runner is a projection.Runner of some database.
type Runner interface {
	Run(ctx context.Context) error
	Progress() []projection.Progress
	Wake()
}

// Open opens a place where something is kept: name is an address that begins with
// postgres:// or postgresql://, or a path, with or without sqlite: in front. Runners log to logger. ctx bounds the
// opening alone. Errors: [ErrMissing], and those of the stores.
func Open(ctx context.Context, name string, logger *slog.Logger) (*Library, error) {
	return open(ctx, name, logger, kinds{postgres: openPostgres, file: openFile})
}

// Make is [Open] for a place that may have to be made.
func Make(ctx context.Context, name string, logger *slog.Logger) (*Library, error) {
	return open(ctx, name, logger, kinds{postgres: makePostgres, file: makeFile})
}

// opener opens the two halves of a place. The second one is there without an error only.
type opener func(ctx context.Context, name string) (Store, place, error)

// kinds are the openers for the kinds of places.
type kinds struct{ postgres, file opener }

func open(ctx context.Context, name string, logger *slog.Logger, by kinds) (*Library, error) {
	opened := by.file
	if IsAddress(name) {
		opened = by.postgres
	}
	store, models, err := opened(ctx, strings.TrimPrefix(name, "sqlite:"))
	if err != nil {
		return nil, err
	}
	if err := models.Setup(ctx); err != nil {
		return nil, errors.Join(err, models.Close(), store.Close())
	}
	return &Library{Events: store, Models: models, Sagas: models.Sagas(), reader: models, place: models, logger: logger}, nil
}

// IsAddress reports whether name is the address of a database, and no path.
func IsAddress(name string) bool {
	return strings.HasPrefix(name, "postgres://") || strings.HasPrefix(name, "postgresql://")
}

// Redacted is the name of a place without passwords.
func Redacted(name string) string {
	if !IsAddress(name) {
		return name
	}
	u, err := url.Parse(name)
	if err != nil {
		return "postgres://..."
	}
	u.RawQuery = ""
	return u.Redacted()
}

// Close closes the place. Whatever runs must have ended.
func (l *Library) Close() error { return errors.Join(l.place.Close(), l.Events.Close()) }

// rows are rows of either driver.
type rows interface {
	Next() bool
	Scan(dest ...any) error
	Err() error
}

// ids reads rows of one id each.
func ids(from rows) ([]uuid.UUID, error) {
	var out []uuid.UUID
	for from.Next() {
		var id uuid.UUID
		if err := from.Scan(projection.IntoUUID(&id)); err != nil {
			return nil, err
		}
		out = append(out, id)
	}
	return out, from.Err()
}

// Package sqlite keeps events in one SQLite file: the embedded, durable store.
//
// In go appends, out come records, with everything that [runtime.Store] promises.
// An acknowledged append is on disk: the file is in WAL mode with
// synchronous=FULL, survives kill -9, and several processes may use it at once.
// Concurrent appends share a transaction, and so an fsync. It needs no cgo,
// starts no goroutine (but one of database/sql under [WithInline]), never changes or deletes an event (the database
// itself refuses), and never touches a file that is not its own.
package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"modernc.org/sqlite"

	"github.com/evgen/evgen/runtime"
)

var (
	_ runtime.Store         = (*Store)(nil)
	_ runtime.Subscriber    = (*Store)(nil)
	_ runtime.Finder        = (*Store)(nil)
	_ runtime.Importer      = (*Store)(nil)
	_ runtime.StreamLister  = (*Store)(nil)
	_ runtime.SnapshotStore = (*Store)(nil)
)

// Store is an open file. It must be made by [Open].
type Store struct {
	config config
	// file is the path as SQLite knows it.
	file    string
	writer  *writer
	readers *pool
	grown   runtime.Signal
	// shared lends the writer's connection to what runs inline; nil: nothing does.
	shared *shared

	closing sync.Once
	closed  error
}

type config struct {
	// driver is SQLite's; tests let it die.
	driver      driver.Driver
	uri         string
	now         func() time.Time
	observer    runtime.AppendObserver
	synchronous Synchronous
	readers     int
	poll        runtime.Poll
	inline      Inline
	sealer      runtime.Sealer
}

// Synchronous says what is safe when an append returns.
type Synchronous string

const (
	// Full survives the loss of power: every commit waits for the disk.
	Full Synchronous = "FULL"
	// Normal survives the death of the process, but the loss of power may take
	// the last commits with it, never the order or the file.
	Normal Synchronous = "NORMAL"
)

// Option configures a store.
type Option func(*config)

// WithClock replaces the clock from which recorded-at is taken.
func WithClock(now func() time.Time) Option { return func(c *config) { c.now = now } }

// WithObserver tells o about every append.
func WithObserver(o runtime.AppendObserver) Option { return func(c *config) { c.observer = o } }

// WithSynchronous sets what is safe when an append returns; [Full] is the default.
func WithSynchronous(s Synchronous) Option { return func(c *config) { c.synchronous = s } }

// WithReaders sets how many connections read at once; 4 is the default.
func WithReaders(n int) Option { return func(c *config) { c.readers = max(n, 1) } }

// WithPoll sets how often subscriptions look for what other processes have
// appended; from 2 ms to 250 ms is the default. Appends through this Store wake
// them at once.
func WithPoll(p runtime.Poll) Option { return func(c *config) { c.poll = p } }

// Open opens a file, creating it if it is missing or empty, and brings its
// tables up to date. name is a path, in which no character is special, or a URI
// that begins with "file:", with the parameters that SQLite defines for it, such
// as "file:events.db?mode=ro". ctx bounds the opening alone.
//
// Errors: [ErrNotAStore] for a file of another kind, *[NewerFileError] for one
// that a newer release has written, [ErrCannotOpen], [ErrReadOnly],
// [ErrDamaged], [ErrIO].
func Open(ctx context.Context, name string, opts ...Option) (*Store, error) {
	c := config{
		driver: &sqlite.Driver{},
		now:    time.Now, synchronous: Full, readers: 4,
		poll: runtime.Poll{Min: 2 * time.Millisecond, Max: 250 * time.Millisecond},
	}
	for _, opt := range opts {
		opt(&c)
	}
	s, err := open(ctx, name, c)
	if err != nil {
		return nil, fmt.Errorf("open event store %s: %w", name, err)
	}
	return s, nil
}

func open(ctx context.Context, name string, c config) (*Store, error) {
	if c.synchronous != Full && c.synchronous != Normal {
		return nil, fmt.Errorf("synchronous mode %q is unknown", c.synchronous)
	}
	var err error
	if c.uri, err = uri(name); err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Dir(name)); err != nil && !strings.HasPrefix(name, "file:") { // SQLite would speak of memory
		return nil, fmt.Errorf("%w: %w", ErrCannotOpen, err)
	}
	first, err := c.connect(ctx)
	if err != nil {
		return nil, err
	}
	if err := prepare(ctx, first, c); err != nil {
		return nil, errors.Join(err, first.close())
	}
	file, err := first.file()
	if err != nil {
		return nil, errors.Join(err, first.close())
	}
	s := &Store{
		config:  c,
		file:    file,
		writer:  newWriter(first, c.now),
		readers: newPool(c.readers, c.connect),
	}
	if c.inline != nil {
		s.shared, err = share(first, c.inline)
	}
	return s, err
}

// Close waits for calls under way to end, closes the file, and makes every
// further call fail with [runtime.ErrClosed]. It is idempotent.
func (s *Store) Close() error {
	s.closing.Do(func() {
		s.closed = errors.Join(s.readers.close(), s.writer.close(), s.shared.close())
		s.grown.Notify()
	})
	return s.closed
}

// Append implements [runtime.Store]. It blocks for a commit to disk, and on
// other writers of the file, in this process and in others. Cancelling ctx while
// it waits for its turn leaves no trace; once the commit is under way it is
// carried through and its true outcome returned. Errors of the file are
// [ErrFull], [ErrReadOnly], [ErrTooBig], [ErrDamaged] and [ErrIO].
func (s *Store) Append(ctx context.Context, stream runtime.StreamID, expect runtime.Expect, cause runtime.Cause, events ...runtime.Event) (runtime.Appended, error) {
	return s.observed(ctx, stream, len(events), func(ctx context.Context) (runtime.Appended, error) {
		return s.append(ctx, stream, expect, cause, events)
	})
}

// observed tells the store's observer, if it has one, about an append.
func (s *Store) observed(ctx context.Context, stream runtime.StreamID, events int, do func(context.Context) (runtime.Appended, error)) (runtime.Appended, error) {
	if s.config.observer == nil {
		return do(ctx)
	}
	ctx, done := s.config.observer.BeforeAppend(ctx, stream, events)
	out, err := do(ctx)
	done(out, err)
	return out, err
}

func (s *Store) append(ctx context.Context, stream runtime.StreamID, expect runtime.Expect, cause runtime.Cause, events []runtime.Event) (runtime.Appended, error) {
	batch, err := runtime.NewSealedBatch(ctx, s.config.sealer, stream, expect, cause, events)
	if err != nil {
		return runtime.Appended{}, err
	}
	out, err := s.writer.append(ctx, batch)
	if err != nil {
		return runtime.Appended{}, fmt.Errorf("append to %s: %w", stream, err)
	}
	s.grown.Notify()
	return out, nil
}

// Head implements [runtime.Store].
func (s *Store) Head(ctx context.Context) (runtime.Position, runtime.Incarnation, error) {
	var head runtime.Position
	var incarnation runtime.Incarnation
	err := s.readers.use(ctx, func(c *conn) (err error) {
		head, incarnation, err = c.life()
		return err
	})
	if err != nil {
		return 0, "", fmt.Errorf("head of the store: %w", err)
	}
	return head, incarnation, nil
}

// Find implements [runtime.Finder].
func (s *Store) Find(ctx context.Context, ids ...uuid.UUID) ([]runtime.Record, error) {
	var found []runtime.Record
	err := s.readers.use(ctx, func(c *conn) (err error) {
		found, err = c.findAll(ids)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("find events: %w", err)
	}
	return found, nil
}

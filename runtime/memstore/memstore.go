// Package memstore keeps events in memory: the store of tests and of examples.
//
// In go appends, out come records, with everything that [runtime.Store] promises
// except durability: the events live as long as the Store. It starts no
// goroutine, touches no disk, and never drops an event unless told to by Retain.
package memstore

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/google/uuid"

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

// Store is a store in memory. It must be made by [New].
type Store struct {
	incarnation runtime.Incarnation
	now         func() time.Time
	observer    runtime.AppendObserver
	sealer      runtime.Sealer
	grown       runtime.Signal

	mu     sync.RWMutex
	closed bool
	log    log
	// snapshots are few; one per stream and digest.
	snapshots map[snapshotKey]runtime.Snapshot
}

// Option configures a store.
type Option func(*Store)

// WithClock replaces the clock from which recorded-at is taken.
func WithClock(now func() time.Time) Option { return func(s *Store) { s.now = now } }

// WithObserver tells o about every append.
func WithObserver(o runtime.AppendObserver) Option { return func(s *Store) { s.observer = o } }

// WithSealing has sealer encrypt the sealed fields of what is appended; without it
// events that have such are refused: [runtime.ErrNoSealer].
func WithSealing(sealer runtime.Sealer) Option { return func(s *Store) { s.sealer = sealer } }

// New returns an empty store with an incarnation of its own.
func New(opts ...Option) *Store {
	s := &Store{
		incarnation: runtime.Incarnation(uuid.NewString()),
		now:         time.Now,
		log:         newLog(),
		snapshots:   map[snapshotKey]runtime.Snapshot{},
	}
	for _, opt := range opts {
		opt(s)
	}
	return s
}

// Close makes every further call fail with [runtime.ErrClosed] and ends
// subscriptions. It is idempotent and never fails.
func (s *Store) Close() error {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.grown.Notify()
	return nil
}

// Append implements [runtime.Store]. It blocks only on other appends.
func (s *Store) Append(ctx context.Context, stream runtime.StreamID, expect runtime.Expect, cause runtime.Cause, events ...runtime.Event) (runtime.Appended, error) {
	if s.observer == nil {
		return s.append(ctx, stream, expect, cause, events)
	}
	ctx, done := s.observer.BeforeAppend(ctx, stream, len(events))
	out, err := s.append(ctx, stream, expect, cause, events)
	done(out, err)
	return out, err
}

func (s *Store) append(ctx context.Context, stream runtime.StreamID, expect runtime.Expect, cause runtime.Cause, events []runtime.Event) (runtime.Appended, error) {
	batch, err := runtime.NewSealedBatch(ctx, s.sealer, stream, expect, cause, events)
	if err != nil {
		return runtime.Appended{}, err
	}
	out, err := s.commit(batch)
	if err != nil {
		return runtime.Appended{}, fmt.Errorf("append to %s: %w", stream, err)
	}
	s.grown.Notify()
	return out, nil
}

func (s *Store) commit(batch *runtime.Batch) (runtime.Appended, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return runtime.Appended{}, runtime.ErrClosed
	}
	return s.log.append(batch, runtime.Timestamp(s.now()))
}

// Head implements [runtime.Store].
func (s *Store) Head(ctx context.Context) (runtime.Position, runtime.Incarnation, error) {
	view, err := s.view(ctx)
	return view.head(), s.incarnation, err
}

// Find implements [runtime.Finder].
func (s *Store) Find(ctx context.Context, ids ...uuid.UUID) ([]runtime.Record, error) {
	if _, err := s.view(ctx); err != nil {
		return nil, fmt.Errorf("find events: %w", err)
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.log.find(ids), nil
}

// Retain forgets the records below position from. Reading them is a
// *[runtime.RetentionGapError] afterwards; stream versions go on as before.
func (s *Store) Retain(from runtime.Position) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log.retain(from)
}

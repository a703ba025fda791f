package runtime

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"time"

	"github.com/google/uuid"
)

// Repository loads and changes the aggregates of one kind. It holds no state of
// its own and may be used concurrently.
type Repository[S any] struct {
	store     Store
	aggregate Aggregate[S]
	retry     Retry
	snapshots snapshots[S]
	logger    *slog.Logger
}

// State is an aggregate as of one version.
type State[S any] struct {
	Data S
	// Version is that of the last event folded in, 0 if there was none.
	Version StreamVersion
}

// RepositoryOption configures a repository of aggregates with state S.
type RepositoryOption[S any] func(*Repository[S])

// WithRetry sets how [Execute] meets conflicts; see [DefaultRetry].
func WithRetry[S any](r Retry) RepositoryOption[S] {
	return func(repo *Repository[S]) { repo.retry = r }
}

// WithLogger sets where a repository reports what it survives: snapshots that
// cannot be read or written. Without it nothing is reported.
func WithLogger[S any](l *slog.Logger) RepositoryOption[S] {
	return func(repo *Repository[S]) { repo.logger = l }
}

// NewRepository joins an aggregate and a store. It fails if the aggregate lacks
// a part, or if snapshots are asked for and the store is no [SnapshotStore].
func NewRepository[S any](store Store, aggregate Aggregate[S], opts ...RepositoryOption[S]) (*Repository[S], error) {
	repo := &Repository[S]{store: store, aggregate: aggregate, retry: DefaultRetry(), logger: slog.New(slog.DiscardHandler)}
	for _, opt := range opts {
		opt(repo)
	}
	switch {
	case aggregate.Evolve == nil, aggregate.Decoder == nil, aggregate.Category == "":
		return nil, errors.New("aggregate lacks its category, decoder or evolve function")
	case repo.snapshots.every > 0:
		if err := repo.snapshots.bind(store, aggregate.Digest); err != nil {
			return nil, fmt.Errorf("snapshots of %s: %w", aggregate.Category, err)
		}
	}
	return repo, nil
}

// Load folds a stream up to now, from its newest snapshot where there is one.
// A stream without events is the initial state at version 0, not an error. An
// event that this build cannot read is an error: see [Decoder].
func (r *Repository[S]) Load(ctx context.Context, stream StreamID) (State[S], error) {
	l, err := r.load(ctx, stream, uuid.Nil)
	return l.State, err
}

// LoadAt folds a stream up to and including a version. If the stream is shorter,
// all of it is folded, and the state's Version says so.
func (r *Repository[S]) LoadAt(ctx context.Context, stream StreamID, v StreamVersion) (State[S], error) {
	l, err := r.replay(ctx, stream, uuid.Nil, ToVersion(v))
	return l.State, err
}

// LoadAsOf folds what the store knew of a stream at time t: see [AsOf].
func (r *Repository[S]) LoadAsOf(ctx context.Context, stream StreamID, t time.Time) (State[S], error) {
	l, err := r.replay(ctx, stream, uuid.Nil, AsOf(t))
	return l.State, err
}

// loaded is a state with what Execute wants to know of its way here.
type loaded[S any] struct {
	State[S]
	// tail counts the records that were folded after the snapshot.
	tail int
	// fromSnapshot is the version of the snapshot, 0 for none.
	fromSnapshot StreamVersion
	// marker is the event id to look out for, and markedAt the version at which
	// it was seen, 0 for not.
	marker   uuid.UUID
	markedAt StreamVersion
	// keys opened what is in the state, each once.
	keys []uuid.UUID
	// partial says that fields were withheld from the state.
	partial bool
}

func (r *Repository[S]) load(ctx context.Context, stream StreamID, marker uuid.UUID) (*loaded[S], error) {
	if r.snapshots.store == nil {
		return r.replay(ctx, stream, marker)
	}
	return r.loadFromSnapshot(ctx, stream, marker)
}

func (r *Repository[S]) replay(ctx context.Context, stream StreamID, marker uuid.UUID, opts ...LoadOption) (*loaded[S], error) {
	l := &loaded[S]{State: State[S]{Data: r.aggregate.initial()}, marker: marker}
	if err := r.checkStream(stream); err != nil {
		return l, err
	}
	return l, r.fold(l, stream, r.store.Load(ctx, stream, opts...))
}

// fold adds records to l. Records that stand for no event today count too.
func (r *Repository[S]) fold(l *loaded[S], stream StreamID, records iter.Seq2[Record, error]) error {
	var events []Event
	var rec Record // outside the loop: its address escapes, and so once only
	for next, err := range records {
		if rec = next; err == nil {
			events, err = r.aggregate.Decoder.AppendEvents(events[:0], &rec)
		}
		if err != nil {
			return fmt.Errorf("load %s: %w", stream, err)
		}
		if err := r.evolve(l, &rec.Meta, events); err != nil {
			return fmt.Errorf("load %s: %w", stream, err)
		}
	}
	return nil
}

func (r *Repository[S]) evolve(l *loaded[S], m *Meta, events []Event) (err error) {
	for i, event := range events {
		m.Ordinal = i
		if l.Data, err = r.aggregate.Evolve(l.Data, Wrap(*m, event)); err != nil {
			return err
		}
	}
	l.Version = m.StreamVersion
	l.tail++
	l.note(m.Sealing)
	if m.ID == l.marker {
		l.markedAt = m.StreamVersion
	}
	return nil
}

func (r *Repository[S]) checkStream(stream StreamID) error {
	if err := stream.Check(); err != nil {
		return err
	}
	if stream.Category() != r.aggregate.Category {
		return &InvalidStreamError{Text: stream.String(), Reason: "is no stream of aggregate " + r.aggregate.Category}
	}
	return nil
}

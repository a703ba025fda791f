package mind

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/examples/memory/events/memory"
	"github.com/evgen/evgen/runtime"
)

// Mind is the memories of one store. It holds none of them itself, so that any
// number of processes may share a store.
type Mind struct {
	store    runtime.Store
	reads    ReadModel
	memories *runtime.Repository[Memory]
	now      func() time.Time
	newID    func() uuid.UUID
	actor    string
}

// Item is a memory with its id, as of one version of its stream.
type Item struct {
	ID      uuid.UUID
	Version runtime.StreamVersion
	Memory
}

// Option configures a Mind.
type Option func(*Mind)

// WithClock sets where the time of events is taken from; time.Now is the default.
func WithClock(now func() time.Time) Option { return func(m *Mind) { m.now = now } }

// WithIDs sets where ids of new memories come from; random ones are the default.
func WithIDs(newID func() uuid.UUID) Option { return func(m *Mind) { m.newID = newID } }

// WithActor sets who acts; it is recorded with every event.
func WithActor(actor string) Option { return func(m *Mind) { m.actor = actor } }

// snapshotEvery is the number of events after which a memory's state is kept,
// so that it need not be folded from the beginning again.
const snapshotEvery = 16

// New returns the memories of a store, which must keep snapshots, and of the read
// model that follows it: List, Find and Recall read that, and nothing else does.
func New(store runtime.Store, reads ReadModel, opts ...Option) (*Mind, error) {
	m := &Mind{store: store, reads: reads, now: time.Now, newID: uuid.New}
	for _, opt := range opts {
		opt(m)
	}
	policy := runtime.SnapshotPolicy[Memory]{Every: snapshotEvery, Digest: stateDigest}
	repo, err := runtime.NewRepository(store, memory.MemoryAggregate(evolver{}), runtime.WithSnapshots(policy))
	if err != nil {
		return nil, fmt.Errorf("open memories: %w", err)
	}
	m.memories = repo
	return m, nil
}

// Remember captures a memory and returns its id. It blocks until the store has it.
func (m *Mind) Remember(ctx context.Context, text string, source memory.Source) (uuid.UUID, error) {
	id := m.newID()
	_, err := m.Do(ctx, id, Capture(text, source, m.now()))
	return id, err
}

// Do carries out a command on one memory. When another writer was faster, the
// command is decided again on what that one has left. Errors: those of the
// command, and those of [runtime.Execute].
func (m *Mind) Do(ctx context.Context, id uuid.UUID, decide runtime.Decide[Memory]) (runtime.Executed, error) {
	return runtime.Execute(ctx, m.memories, memory.MemoryStream(id), m.cause(), decide)
}

// DoOnce is Do for a command that may be sent again: the second time nothing is
// decided and the first outcome is returned as a duplicate.
func (m *Mind) DoOnce(ctx context.Context, command, id uuid.UUID, decide runtime.Decide[Memory]) (runtime.Executed, error) {
	return runtime.Execute(ctx, m.memories, memory.MemoryStream(id), m.cause().WithCommand(command), decide)
}

func (m *Mind) cause() runtime.Cause {
	return runtime.Root().WithActor(m.actor).WithOccurredAt(m.now())
}

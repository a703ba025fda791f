package postgres

import (
	"context"
	"fmt"
	"iter"

	"github.com/evgen/evgen/runtime"
)

// Subscribe implements [runtime.Subscriber]. Appends through this Store wake it
// at once; for those of others it looks at the store as [WithPoll] says.
func (s *Store) Subscribe(ctx context.Context, after runtime.Position, f runtime.Filter) iter.Seq2[runtime.Record, error] {
	return runtime.Follow(ctx, &tail{store: s, at: after}, &s.grown, s.config.poll, after, f)
}

// tail is a store for one who follows it: Head waits only while there is nothing
// new, and ReadAll reads what Head has seen.
type tail struct {
	store *Store
	at    runtime.Position
	view  view
}

func (t *tail) Head(ctx context.Context) (runtime.Position, runtime.Incarnation, error) {
	v, err := t.store.track.settledBeyond(ctx, t.at)
	if err != nil {
		return 0, "", fmt.Errorf("follow after position %d: %w", t.at, err)
	}
	t.view, t.at = v, max(t.at, v.safe)
	return v.safe, v.incarnation, nil
}

func (t *tail) ReadAll(ctx context.Context, after runtime.Position, f runtime.Filter) iter.Seq2[runtime.Record, error] {
	return func(yield func(runtime.Record, error) bool) {
		if err := t.store.readView(ctx, t.view, after, f, yield); err != nil {
			yield(runtime.Record{}, fmt.Errorf("read after position %d: %w", after, err))
		}
	}
}

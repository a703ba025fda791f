package soak

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/evgen/evgen/internal/faults"
	"github.com/evgen/evgen/internal/testimony"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/postgres"
)

// Follow gives see what lies behind a position of the store at dsn, until ctx ends or
// it fails.
type Follow func(ctx context.Context, dsn string, after runtime.Position, see func(*runtime.Record) error) error

// subscribe opens the store anew: it knows nothing but its position.
func subscribe(ctx context.Context, dsn string, after runtime.Position, see func(*runtime.Record) error) error {
	store, err := postgres.Open(ctx, dsn, postgres.WithLogger(slog.New(slog.DiscardHandler)))
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }()
	return seeAll(ctx, store, after, see)
}

func seeAll(ctx context.Context, store runtime.Subscriber, after runtime.Position, see func(*runtime.Record) error) error {
	for rec, err := range store.Subscribe(ctx, after, runtime.Filter{}) {
		if err == nil {
			err = see(&rec)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// steady follows for as long as its link holds.
func (w *world) steady() {
	for w.following.Err() == nil {
		_ = w.follow(w.following, 0)
		w.figures.resumed.Add(1)
	}
}

// failingOver is replaced again and again by one who resumes at its last position.
func (w *world) failingOver() {
	for w.following.Err() == nil {
		ctx, cancel := context.WithTimeout(w.following, 100*time.Millisecond+rand.N(2*time.Second))
		_ = w.follow(ctx, 1)
		cancel()
		w.figures.failovers.Add(1)
	}
}

// follow notes what is seen. Its errors are the server's, which is killed on purpose.
func (w *world) follow(ctx context.Context, reader int) error {
	r := &w.readings[reader]
	follow := w.plan.Follow
	if follow == nil {
		follow = subscribe
	}
	err := follow(ctx, w.dsn, r.At(), func(rec *runtime.Record) error {
		w.figures.latency.add(time.Since(rec.RecordedAt))
		return r.See(rec)
	})
	if err != nil && ctx.Err() == nil {
		faults.Pause(ctx, 50*time.Millisecond)
	}
	return err
}

// arrive waits until all readers have come as far as last, and returns whether they did.
func (w *world) arrive(ctx context.Context, last runtime.Position) bool {
	for i := range w.readings {
		for w.readings[i].At() < last && ctx.Err() == nil {
			faults.Pause(ctx, 10*time.Millisecond)
		}
	}
	return ctx.Err() == nil
}

// sights judges what readers have seen.
func (w *world) sights(truth testimony.Truth) []testimony.Sight {
	all := make([]testimony.Sight, len(w.readings))
	for i := range w.readings {
		all[i] = truth.CheckReading(&w.readings[i])
	}
	return all
}

package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/evgen/evgen/golden/memory/events/memory"
	"github.com/evgen/evgen/golden/memory/events/memory/memorypg"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/pgmodel"
	"github.com/evgen/evgen/runtime/postgres"
	"github.com/evgen/evgen/runtime/projection"
)

// measureLive lets 16 writers append at half of the rate that they reach at most, keeps a projection up to date in the
// same process, and measures how long it takes from the end of an append until its row can be read.
func measureLive(ctx context.Context, b *bench) error {
	p, s, drop, err := b.store(ctx)
	if err != nil {
		return err
	}
	defer drop()
	l, err := b.live(ctx, p, s)
	if err != nil {
		return err
	}
	print("Live projection, 16 writers at half of the largest append rate", [][]string{
		{"largest rate", "rate", "samples", "p50", "p99", "largest"},
		{rate(l.largest), rate(l.rate), fmt.Sprint(len(l.lags)), percentile(l.lags, 50), percentile(l.lags, 99), percentile(l.lags, 100)},
	})
	return nil
}

type liveness struct {
	largest, rate float64
	lags          []time.Duration // sorted
}

func (b *bench) live(ctx context.Context, p *pgxpool.Pool, s *postgres.Store) (l liveness, err error) {
	write := appender(s)
	if l.largest, err = together(ctx, write, load{writers: 16, batch: 1}, b.window); err != nil {
		return l, err
	}
	db, err := pgmodel.New(p)
	if err != nil {
		return l, err
	}
	if err := db.Setup(ctx); err != nil {
		return l, err
	}
	registry, err := runtime.NewRegistry(memory.Schema())
	if err != nil {
		return l, err
	}
	runner, err := projection.NewRunner(s, db, registry, []projection.Projection[*pgmodel.Tx]{memorypg.MemoryList()}, quiet)
	if err != nil {
		return l, err
	}
	running, stop := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() { done <- runner.Run(running) }()
	l.rate, err = b.paced(ctx, write, l.largest/2, func() error { return l.sample(ctx, s, db) })
	stop()
	slices.Sort(l.lags)
	return l, errors.Join(err, <-done)
}

// paced lets 16 writers keep to a rate for five windows, while sample runs again and again.
func (b *bench) paced(ctx context.Context, write writer, perSecond float64, sample func() error) (float64, error) {
	const writers = 16
	pace := time.Duration(float64(time.Second) * writers / perSecond)
	slowed := func(ctx context.Context, stream runtime.StreamID, n int) error {
		start := time.Now()
		err := write(ctx, stream, n)
		time.Sleep(pace - time.Since(start))
		return err
	}
	var wg sync.WaitGroup
	wg.Add(1)
	var failed error
	end := time.Now().Add(5 * b.window)
	go func() {
		defer wg.Done()
		for time.Now().Before(end) && failed == nil {
			failed = sample()
		}
	}()
	got, err := together(ctx, slowed, load{writers: writers, batch: 1}, 5*b.window)
	wg.Wait()
	return got, errors.Join(err, failed)
}

// sample appends an event and waits until the projection has it.
func (l *liveness) sample(ctx context.Context, s *postgres.Store, db *pgmodel.DB) error {
	done, err := s.Append(ctx, memory.MemoryStream(uuid.New()), runtime.ExpectNew(), runtime.Root(), created(0))
	if err != nil {
		return err
	}
	start := time.Now()
	if err := projection.WaitFor(ctx, db, "memory_list", done.Position); err != nil {
		return err
	}
	l.lags = append(l.lags, time.Since(start))
	return nil
}

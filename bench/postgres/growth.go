package main

import (
	"context"
	"fmt"
	"time"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/postgres"
)

// measureGrowth measures append, replay and rebuild on stores of growing size: what one event costs should not depend
// on how many there are.
func measureGrowth(ctx context.Context, b *bench) error {
	rows := [][]string{{"events", "import/s", "append/s, 1 writer", "16 writers", "replay/s", "rebuild/s", "heap MB after the rebuild"}}
	for n := 100_000; n <= b.growth; n *= 10 {
		cells, err := b.grown(ctx, n)
		if err != nil {
			return fmt.Errorf("%d events: %w", n, err)
		}
		rows = append(rows, cells)
	}
	print("Growth", rows)
	return nil
}

func (b *bench) grown(ctx context.Context, n int) ([]string, error) {
	p, s, drop, err := b.store(ctx)
	if err != nil {
		return nil, err
	}
	defer drop()
	imported, err := rateOf(n, func() (int, error) {
		done, err := s.Import(ctx, records(n))
		return done.Events, err
	})
	if err != nil {
		return nil, err
	}
	if _, err := p.Exec(ctx, "VACUUM ANALYZE evgen.events"); err != nil {
		return nil, err
	}
	if err := b.checkpoint(ctx); err != nil {
		return nil, err
	}
	replayed, err := b.median(func() (float64, error) { return rateOf(n, func() (int, error) { return replay(ctx, s) }) })
	if err != nil {
		return nil, err
	}
	rebuilt, err := b.median(func() (float64, error) { return rateOf(n, func() (int, error) { return n, rebuild(ctx, p, s) }) })
	if err != nil {
		return nil, err
	}
	used := heap() >> 20
	cells := []string{fmt.Sprint(n), rate(imported)}
	for _, writers := range []int{1, 16} {
		appended, err := b.median(func() (float64, error) {
			return together(ctx, appender(s), load{writers: writers, batch: 1}, b.window)
		})
		if err != nil {
			return nil, err
		}
		cells = append(cells, rate(appended))
	}
	return append(cells, rate(replayed), rate(rebuilt), fmt.Sprint(used)), nil
}

// median repeats what takes less than ten seconds.
func (b *bench) median(measure func() (float64, error)) (float64, error) {
	var got series
	for range b.runs {
		start := time.Now()
		r, err := measure()
		if err != nil {
			return 0, err
		}
		got = append(got, r)
		if time.Since(start) > 10*time.Second {
			break
		}
	}
	return got.median(), nil
}

func appender(s *postgres.Store) writer {
	return func(ctx context.Context, stream runtime.StreamID, n int) error {
		_, err := s.Append(ctx, stream, runtime.ExpectVersion(runtime.StreamVersion(n)), runtime.Root(), created(n))
		return err
	}
}

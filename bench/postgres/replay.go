package main

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/evgen/evgen/golden/memory/events/memory"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/postgres"
)

// measureReplay compares reading all events, decoded into today's structs, with a bare SELECT of the same rows in
// binary whose values nobody looks at.
func measureReplay(ctx context.Context, b *bench) error {
	p, s, drop, err := b.store(ctx)
	if err != nil {
		return err
	}
	defer drop()
	if err := b.fill(ctx, p, s); err != nil {
		return err
	}
	var limit, ours series
	for range b.runs {
		l, err := rateOf(b.events, func() (int, error) { return selectBare(ctx, p) })
		if err != nil {
			return err
		}
		o, err := rateOf(b.events, func() (int, error) { return replay(ctx, s) })
		if err != nil {
			return err
		}
		limit, ours = append(limit, l), append(ours, o)
	}
	print("Replay of "+rate(float64(b.events))+" events in global order", [][]string{
		{"events/s", "median", "slowest..fastest", "against the limit"},
		{"bare binary SELECT", rate(limit.median()), limit.spread(), ""},
		{"evgen, decoded", rate(ours.median()), ours.spread(), against(ours.median(), limit.median(), 0.6)},
	})
	return nil
}

// fill puts the same history into a store and into plain.
func (b *bench) fill(ctx context.Context, p *pgxpool.Pool, s *postgres.Store) error {
	if _, err := s.Import(ctx, records(b.events)); err != nil {
		return err
	}
	if _, err := p.Exec(ctx, createPlain); err != nil {
		return err
	}
	if err := copyAll(ctx, p, b.events); err != nil {
		return err
	}
	for _, table := range []string{"plain", "evgen.events"} {
		if _, err := p.Exec(ctx, "VACUUM ANALYZE "+table); err != nil {
			return err
		}
	}
	return b.checkpoint(ctx)
}

// rateOf times work, which must have handled n events.
func rateOf(n int, work func() (int, error)) (float64, error) {
	start := time.Now()
	got, err := work()
	if err == nil && got != n {
		err = fmt.Errorf("%d events of %d", got, n)
	}
	return float64(n) / time.Since(start).Seconds(), err
}

func selectBare(ctx context.Context, p *pgxpool.Pool) (n int, err error) {
	rows, err := p.Query(ctx, selectPlain)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for rows.Next() {
		_ = rows.RawValues()
		n++
	}
	return n, rows.Err()
}

func replay(ctx context.Context, s *postgres.Store) (n int, err error) {
	for _, err := range memory.Decode(s.ReadAll(ctx, 0, runtime.Filter{})) {
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

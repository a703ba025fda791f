package main

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/postgres"
)

// measureImport compares a bulk import with COPY into a bare table whose indexes are built afterwards.
func measureImport(ctx context.Context, b *bench) error {
	var limit, ours series
	for range b.runs {
		l, err := b.timed(ctx, copyThenIndex)
		if err != nil {
			return err
		}
		o, err := b.timed(ctx, importStore)
		if err != nil {
			return err
		}
		limit, ours = append(limit, l), append(ours, o)
	}
	print("Import of "+rate(float64(b.events))+" events", [][]string{
		{"events/s", "median", "slowest..fastest", "against the limit"},
		{"COPY, then indexes", rate(limit.median()), limit.spread(), ""},
		{"evgen", rate(ours.median()), ours.spread(), against(ours.median(), limit.median(), 0.9)},
	})
	return nil
}

// timed runs work on a database of its own; what work returns is measured, in events per second.
func (b *bench) timed(ctx context.Context, prepare func(ctx context.Context, p *pgxpool.Pool, n int) (work func() error, err error)) (float64, error) {
	dsn, drop, err := b.database(ctx)
	if err != nil {
		return 0, err
	}
	defer drop()
	p, err := pool(ctx, dsn, "on", 16)
	if err != nil {
		return 0, err
	}
	defer p.Close()
	work, err := prepare(ctx, p, b.events)
	if err != nil {
		return 0, err
	}
	if err := b.checkpoint(ctx); err != nil {
		return 0, err
	}
	start := time.Now()
	if err := work(); err != nil {
		return 0, err
	}
	return float64(b.events) / time.Since(start).Seconds(), nil
}

func copyThenIndex(ctx context.Context, p *pgxpool.Pool, n int) (func() error, error) {
	if _, err := p.Exec(ctx, createPlain+";"+unindexPlain); err != nil {
		return nil, err
	}
	return func() error {
		if err := copyAll(ctx, p, n); err != nil {
			return err
		}
		_, err := p.Exec(ctx, indexPlain)
		return err
	}, nil
}

// copyAll copies history into plain as it is made.
func copyAll(ctx context.Context, p *pgxpool.Pool, n int) error {
	versions := map[runtime.StreamID]runtime.StreamVersion{}
	i := 0
	rows := pgx.CopyFromFunc(func() ([]any, error) {
		if i == n {
			return nil, nil
		}
		rec, err := record(i)
		i++
		versions[rec.Stream]++
		rec.StreamVersion = versions[rec.Stream]
		return columns(&rec), err
	})
	_, err := p.CopyFrom(ctx, pgx.Identifier{"plain"}, plainColumns, rows)
	return err
}

func importStore(ctx context.Context, p *pgxpool.Pool, n int) (func() error, error) {
	s, err := postgres.New(ctx, p, postgres.WithMigrations())
	if err != nil {
		return nil, err
	}
	return func() error {
		_, err := s.Import(ctx, records(n))
		return err
	}, nil
}

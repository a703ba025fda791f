package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"runtime/metrics"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/evgen/evgen/golden/memory/events/memory"
	"github.com/evgen/evgen/golden/memory/events/memory/memorypg"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/pgmodel"
	"github.com/evgen/evgen/runtime/postgres"
	"github.com/evgen/evgen/runtime/projection"
)

//go:embed merge.sql
var mergeFacts string

const (
	createMerged = `CREATE TABLE IF NOT EXISTS merged (
    memory_id uuid PRIMARY KEY, text text NOT NULL, created_at timestamptz NOT NULL, accesses bigint NOT NULL, last_accessed_at timestamptz);
TRUNCATE merged;
CREATE TABLE IF NOT EXISTS mark (position bigint);
TRUNCATE mark`
	createFacts = `CREATE TEMPORARY TABLE facts (
    position bigint, memory_id uuid, kind smallint, text text, created_at timestamptz, occurred_at timestamptz) ON COMMIT DROP`
)

// measureRebuild compares a rebuild (read from the store, decoded, folded, written with its checkpoint, swapped in) with
// the shortest other way: read and decode alike, COPY all facts to a temporary table, one merge into the rows. The same
// with facts that are in memory already says what reading costs.
func measureRebuild(ctx context.Context, b *bench) error {
	p, s, drop, err := b.store(ctx)
	if err != nil {
		return err
	}
	defer drop()
	if err := b.fill(ctx, p, s); err != nil {
		return err
	}
	facts := factsOf(b.events)
	var held, limit, ours series
	for range b.runs {
		m, err := rateOf(b.events, func() (int, error) { return b.events, copyAndMerge(ctx, p, pgx.CopyFromRows(facts)) })
		if err != nil {
			return fmt.Errorf("copy and merge: %w", err)
		}
		l, err := rateOf(b.events, func() (int, error) { return b.events, readCopyAndMerge(ctx, p, s) })
		if err != nil {
			return fmt.Errorf("read, copy and merge: %w", err)
		}
		o, err := rateOf(b.events, func() (int, error) { return b.events, rebuild(ctx, p, s) })
		if err != nil {
			return fmt.Errorf("rebuild: %w", err)
		}
		held, limit, ours = append(held, m), append(limit, l), append(ours, o)
	}
	print("Rebuild of a read model from "+rate(float64(b.events))+" events", [][]string{
		{"events/s", "median", "slowest..fastest", "against the limit"},
		{"COPY and one merge, facts in memory", rate(held.median()), held.spread(), ""},
		{"read, COPY and one merge", rate(limit.median()), limit.spread(), ""},
		{"evgen, from the store to the rows", rate(ours.median()), ours.spread(), against(ours.median(), limit.median(), 1)},
	})
	fmt.Printf("heap of this program at the end: %d MB; rows %s\n", heap()>>20, compared(ctx, p))
	return nil
}

// compared says whether the rebuild made the rows that the merge made.
func compared(ctx context.Context, p *pgxpool.Pool) string {
	var rows, differ int
	err := p.QueryRow(ctx, `SELECT (SELECT count(*) FROM memory_list),
(SELECT count(*) FROM (TABLE merged EXCEPT SELECT memory_id, text, created_at, accesses, last_accessed_at FROM memory_list) d)`).Scan(&rows, &differ)
	return fmt.Sprintf("%d, of which %d differ from those of the merge (%v)", rows, differ, err)
}

func heap() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// factsOf are the rows that the limit copies.
func factsOf(n int) [][]any {
	out := make([][]any, n)
	for i := range out {
		out[i] = row(int64(i+1), stream(i), moment, nth(i))
	}
	return out
}

func row(position int64, stream runtime.StreamID, occurred time.Time, event runtime.Event) []any {
	id := [16]byte(uuid.MustParse(stream.ID()))
	out := []any{position, id, int16(-1), nil, nil, occurred}
	switch e := event.(type) {
	case memory.MemoryCreated:
		out[2], out[3], out[4] = int16(0), e.Text, e.CreatedAt
	case memory.MemoryReworded:
		out[2], out[3] = int16(2), e.Text
	case memory.MemoryAccessed:
		out[2] = int16(1)
	case memory.MemoryForgotten:
		out[2] = int16(3)
	}
	return out
}

// readCopyAndMerge copies events as they are read.
func readCopyAndMerge(ctx context.Context, p *pgxpool.Pool, s *postgres.Store) error {
	next, stop := iter.Pull2(memory.Decode(s.ReadAll(ctx, 0, runtime.Filter{})))
	defer stop()
	return copyAndMerge(ctx, p, pgx.CopyFromFunc(func() ([]any, error) {
		env, err, more := next()
		if !more || err != nil {
			return nil, err
		}
		return row(int64(env.Position), env.Stream, env.OccurredAt, env.Data), nil
	}))
}

func copyAndMerge(ctx context.Context, p *pgxpool.Pool, facts pgx.CopyFromSource) error {
	if _, err := p.Exec(ctx, createMerged); err != nil {
		return err
	}
	return pgx.BeginFunc(ctx, p, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, createFacts); err != nil {
			return err
		}
		columns := []string{"position", "memory_id", "kind", "text", "created_at", "occurred_at"}
		n, err := tx.CopyFrom(ctx, pgx.Identifier{"facts"}, columns, facts)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, mergeFacts); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, "INSERT INTO mark VALUES ($1)", n)
		return err
	})
}

var quiet = projection.WithLogger(slog.New(slog.NewTextHandler(io.Discard, nil)))

// rebuild brings up a runner for a version that does not exist yet, waits until the version has seen all, and leaves.
func rebuild(ctx context.Context, p *pgxpool.Pool, s *postgres.Store) error {
	db, err := pgmodel.New(p)
	if err != nil {
		return err
	}
	registry, err := runtime.NewRegistry(memory.Schema())
	if err != nil {
		return err
	}
	list := memorypg.MemoryList().WithRevision(uuid.NewString())
	runner, err := projection.NewRunner(s, db, registry, []projection.Projection[*pgmodel.Tx]{list}, projection.SwapWhenReady(), quiet)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	done := make(chan error, 1)
	go func() { done <- runner.Run(ctx) }()
	err = live(ctx, db, list)
	stop()
	return errors.Join(err, <-done)
}

// live waits until the version of list's digest is what readers see.
func live(ctx context.Context, db *pgmodel.DB, list projection.Projection[*pgmodel.Tx]) error {
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for {
		var ready bool
		err := db.Ledger(ctx, func(l projection.Ledger) error {
			versions, err := l.Versions(ctx, list.ID)
			for _, v := range versions {
				ready = ready || v.Digest == list.Digest && v.State == projection.Live && v.Loaded
			}
			return err
		})
		if ready || err != nil && ctx.Err() != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

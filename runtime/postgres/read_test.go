package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/internal/pgtest"
	"github.com/evgen/evgen/runtime"
)

// fill inserts n records of 100 streams, types and tenants in turn.
func fill(t testing.TB, s *Store, n, payload int) {
	t.Helper()
	_, err := s.pool.Exec(context.Background(), s.names.fill(`
INSERT INTO {schema}.events (id, stream, version, type, type_version, tenant, correlation, causation, actor, occurred_at, headers, data)
SELECT gen_random_uuid(), 'C' || n % 10 || '-' || n % 100, n / 100 + 1, 'T' || n % 100, 1, 'tenant ' || n % 100, gen_random_uuid(), gen_random_uuid(), '',
       '2024-02-29 12:00:00.123456Z', convert_to('{"n":"' || n % 3 || '"}', 'UTF8'), convert_to('"' || repeat('x', $2) || n || '"', 'UTF8')
FROM generate_series(0, $1 - 1) AS n`), n, payload)
	if err != nil {
		t.Fatal(err)
	}
}

func TestPagesJoinWithoutASeam(t *testing.T) {
	const n = 3*largestPage + 17
	s := newStore(t)
	fill(t, s, n, 1)
	i := 0
	for rec, err := range s.ReadAll(context.Background(), 0, runtime.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		want(t, "position", rec.Position, runtime.Position(i+1))
		want(t, "payload", string(rec.Data), fmt.Sprintf(`"x%d"`, i))
		want(t, "header", rec.Headers["n"], fmt.Sprint(i%3))
		if i++; t.Failed() {
			return
		}
	}
	want(t, "records", i, n)
}

func TestFiltersFindAllInALongLog(t *testing.T) {
	const n = 20_000
	s := newStore(t)
	fill(t, s, n, 1)
	for name, f := range map[string]runtime.Filter{
		"type":   {Types: []string{"T7"}},
		"stream": {Streams: []runtime.StreamID{runtime.StreamOf("C7", "7")}},
		"tenant": {Tenants: []runtime.Tenant{"tenant 7"}},
		"all":    {Types: []string{"T7"}, Categories: []string{"C7"}, Tenants: []runtime.Tenant{"tenant 7"}},
	} {
		got, err := collectAll(s.ReadAll(context.Background(), 0, f))
		if err != nil || len(got) != n/100 {
			t.Errorf("%s: %d records, %v", name, len(got), err)
		}
		for i, rec := range got {
			want(t, name, rec.Position, runtime.Position(100*i+8))
		}
	}
}

// Each page of a filtered read looks at a bounded range of positions by an index.
func TestFilteredReadsAreCarriedByAnIndex(t *testing.T) {
	s := newStore(t)
	fill(t, s, 50_000, 1)
	exec(t, s, "ANALYZE evgen.events")
	for _, f := range []runtime.Filter{
		{}, {Types: []string{"T7"}}, {Categories: []string{"C7"}}, {Tenants: []runtime.Tenant{"tenant 7"}},
		{Streams: []runtime.StreamID{runtime.StreamOf("C7", "7")}},
	} {
		l := s.logAfter(20_000, 50_000, f)
		args := append([]any{int64(20_000), int64(22_048), l.size}, l.filters...)
		if plan := planOf(t, s, l.query, args...); strings.Contains(plan, "Seq Scan") {
			t.Errorf("%+v:\n%s", f, plan)
		}
	}
}

func planOf(t testing.TB, s *Store, sql string, args ...any) string {
	t.Helper()
	rows, err := s.pool.Query(context.Background(), "EXPLAIN "+sql, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var plan strings.Builder
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		plan.WriteString(line + "\n")
	}
	return plan.String()
}

// What follows small records may be big: a page is then cut, not kept whole.
func TestPageOfBigRecordsIsCut(t *testing.T) {
	s := newStore(t)
	fill(t, s, firstPage, 1)
	const big, size = 40, 1 << 20
	for i := range big {
		exec(t, s, `INSERT INTO evgen.events (id, stream, version, type, type_version, tenant, correlation, causation, actor, occurred_at, data)
			VALUES (gen_random_uuid(), 'Big-1', $1, 'T', 1, '', gen_random_uuid(), gen_random_uuid(), '', now(), convert_to('"' || repeat('x', $2) || '"', 'UTF8'))`, i+1, size)
	}
	l := s.logAfter(0, headOf(t, s), runtime.Filter{})
	var p page
	total, cuts := 0, 0
	for !l.done() {
		if err := l.fetch(context.Background(), &p); err != nil {
			t.Fatal(err)
		}
		if p.bytes > cutBytes+size+2 {
			t.Errorf("a page holds %d bytes", p.bytes)
		}
		if total += len(p.records); p.cut {
			cuts++
		}
	}
	want(t, "records", total, firstPage+big)
	if cuts == 0 {
		t.Error("no page was cut")
	}
}

func TestReaderIsToldOfWhatRetentionRemovesBeforeItsEyes(t *testing.T) {
	s := newStore(t)
	fill(t, s, 20_000, 1)
	var err error
	var last runtime.Position
	for rec, e := range s.ReadAll(context.Background(), 0, runtime.Filter{}) {
		if err = e; err != nil {
			break
		}
		if last++; rec.Position != last {
			t.Fatalf("position %d follows %d", rec.Position, last-1)
		}
		if last == 1 {
			if _, err := s.Retain(context.Background(), 19_000); err != nil {
				t.Fatal(err)
			}
		}
	}
	if !errors.Is(err, runtime.ErrRetentionGap) {
		t.Errorf("after %d records: %v", last, err)
	}
}

func TestRetentionDropsWholePartitions(t *testing.T) {
	s := openStore(t, pgtest.Database(t), WithMigrations(), WithPartitions(100))
	fill(t, s, 399, 1)
	deleted, err := s.Retain(context.Background(), 250)
	if err != nil {
		t.Fatal(err)
	}
	want(t, "deleted one by one", deleted, 50)
	got, err := s.readPositions(context.Background(), 249)
	if err != nil || len(got) != 150 || got[0] != 250 {
		t.Errorf("kept: %d records, %v", len(got), err)
	}
	want(t, "head", headOf(t, s), 399)
	deleted, err = s.Retain(context.Background(), 250)
	want(t, "deleted the second time", deleted, 0)
	want(t, "error", err, nil)
}

func TestRetentionFinishesWhatWasBrokenOff(t *testing.T) {
	s := openStore(t, pgtest.Database(t), WithMigrations(), WithPartitions(100))
	fill(t, s, 399, 1)
	exec(t, s, "UPDATE evgen.store SET first_kept = 250")
	exec(t, s, "ALTER TABLE evgen.events DETACH PARTITION evgen.events_0 CONCURRENTLY")
	if _, err := s.Retain(context.Background(), 250); err != nil {
		t.Fatal(err)
	}
	var left *string
	if err := s.pool.QueryRow(context.Background(), "SELECT to_regclass('evgen.events_0')::text").Scan(&left); err != nil || left != nil {
		t.Errorf("a partition that was detached is still there: %v", err)
	}
}

func TestRetentionKeepsWhatReadersCannotSeeYet(t *testing.T) {
	s, by := handMade(t, 2)
	by[1].insert()
	by[0].exec("BEGIN")
	open := by[0].insert()
	after := by[1].insert()
	if _, err := s.Retain(context.Background(), after+1); err != nil {
		t.Fatal(err)
	}
	by[0].exec("COMMIT")
	wantPositions(t, positionsOf(t, s, open-1), open, after)
}

func TestSnapshotBehindRetentionIsAGap(t *testing.T) {
	s, stream, ctx := newStore(t), runtime.StreamOf("C7", "7"), context.Background()
	fill(t, s, 1000, 1)
	exec(t, s, "INSERT INTO evgen.streams (stream, version, tenant, recorded_at) VALUES ('C7-7', 10, 'tenant 7', now())")
	for _, version := range []runtime.StreamVersion{3, 10} {
		snapshot := runtime.Snapshot{Stream: stream, Digest: fmt.Sprint(version), Version: version, State: []byte("{}"), TakenAt: time.Now()}
		if err := s.SaveSnapshot(ctx, snapshot); err != nil {
			t.Fatal(err)
		}
	}
	restore := func(runtime.Snapshot) error { return nil }
	for _, from := range []runtime.Position{600, 1001} { // a part of the tail, and all of it
		if _, err := s.Retain(ctx, from); err != nil {
			t.Fatal(err)
		}
		if err := firstErrorOf(s.LoadFromSnapshot(ctx, stream, "3", restore)); !errors.Is(err, runtime.ErrRetentionGap) {
			t.Errorf("first kept %d: %v", from, err)
		}
		want(t, "after the end", firstErrorOf(s.LoadFromSnapshot(ctx, stream, "10", restore)), nil)
	}
}

func TestLongTailFollowsItsSnapshot(t *testing.T) {
	s, stream, ctx := newStore(t), runtime.StreamOf("C7", "7"), context.Background()
	fill(t, s, 100*(3*firstPage), 1)
	if err := s.SaveSnapshot(ctx, runtime.Snapshot{Stream: stream, Digest: "d", Version: 5, State: []byte("{}"), TakenAt: time.Now()}); err != nil {
		t.Fatal(err)
	}
	next := runtime.StreamVersion(6)
	for rec, err := range s.LoadFromSnapshot(ctx, stream, "d", func(runtime.Snapshot) error { return nil }) {
		if err != nil || rec.StreamVersion != next {
			t.Fatalf("version %d, want %d, %v", rec.StreamVersion, next, err)
		}
		next++
	}
	want(t, "end", next, 3*firstPage+1)
}

func TestFindSeesWhatReadersOfTheLogDoNotSeeYet(t *testing.T) {
	s, by := handMade(t, 2)
	by[0].exec("BEGIN")
	by[0].insert()
	position := by[1].insert()
	var id uuid.UUID
	if err := by[1].conn.QueryRow(context.Background(), "SELECT id::text FROM evgen.events WHERE position = $1", position).Scan(&id); err != nil {
		t.Fatal(err)
	}
	found, err := s.Find(context.Background(), id)
	if err != nil || len(found) != 1 || found[0].Position != position {
		t.Errorf("%v, %v", found, err)
	}
}

func exec(t testing.TB, s *Store, sql string, args ...any) {
	t.Helper()
	if _, err := s.pool.Exec(context.Background(), sql, args...); err != nil {
		t.Fatal(err)
	}
}

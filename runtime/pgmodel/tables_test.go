package pgmodel

import (
	"context"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/evgen/evgen/runtime/projection"
)

func publish(t *testing.T, db *DB, v projection.Version) {
	t.Helper()
	ledgered(t, db, func(l projection.Ledger) error { return l.Publish(context.Background(), v) })
}

// Readers ask without a pause while views are swapped, between versions of the
// same columns and of others: each answer is that of one version.
func TestReadersSeeOneVersionOrTheOther(t *testing.T) {
	db, ctx := newDB(t), context.Background()
	one, two := add(t, db, "swapped", Declared(&notes)), add(t, db, "swapped", Declared(&notes))
	apply(t, db, one, Declared(&notes), []projection.Fact{fact(1, "a", created{}), fact(2, "b", created{})})
	apply(t, db, two, Declared(&notes), []projection.Fact{fact(3, "c", created{}), fact(4, "d", created{})})
	if _, err := db.Pool().Exec(ctx, `ALTER TABLE notes_v2 RENAME COLUMN score TO points`); err != nil {
		t.Fatal(err)
	}
	publish(t, db, one)
	stop, done := make(chan struct{}), make(chan error)
	go func() { done <- watch(ctx, db, stop) }()
	for range 10 {
		publish(t, db, two)
		publish(t, db, one)
	}
	close(stop)
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// watch reads until stop, or until it sees what must not be.
func watch(ctx context.Context, db *DB, stop <-chan struct{}) error {
	for {
		select {
		case <-stop:
			return nil
		default:
		}
		ids, err := List(ctx, db.Pool(), scanText, `SELECT string_agg(id, '' ORDER BY id) FROM notes`)
		if err != nil {
			return err
		}
		if ids[0] != "ab" && ids[0] != "cd" {
			return &mixedError{ids[0]}
		}
	}
}

type mixedError struct{ ids string }

func (e *mixedError) Error() string { return "readers saw " + e.ids }

func TestViewKeepsItsGrants(t *testing.T) {
	db, ctx := newDB(t), context.Background()
	one, two := add(t, db, "granted", Declared(&notes)), add(t, db, "granted", Declared(&notes))
	publish(t, db, one)
	for _, sql := range []string{
		`DO $$ BEGIN CREATE ROLE "pgmodel Reader"; EXCEPTION WHEN duplicate_object THEN NULL; END $$`,
		`GRANT SELECT ON notes TO "pgmodel Reader" WITH GRANT OPTION`, `GRANT SELECT ON notes TO PUBLIC`,
		`ALTER TABLE notes_v2 RENAME COLUMN text TO words`,
	} {
		if _, err := db.Pool().Exec(ctx, sql); err != nil {
			t.Fatal(err)
		}
	}
	grants := func() []string {
		list, err := List(ctx, db.Pool(), scanText, `SELECT unnest(relacl)::text FROM pg_class WHERE oid = 'notes'::regclass ORDER BY 1`)
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	before := grants()
	publish(t, db, two)
	if after := grants(); len(before) != 3 || !slices.Equal(before, after) {
		t.Errorf("grants %q, before %q", after, before)
	}
	if _, err := db.Pool().Exec(ctx, `REVOKE ALL ON notes FROM "pgmodel Reader"; DROP VIEW notes; DROP ROLE "pgmodel Reader"`); err != nil {
		t.Error(err)
	}
}

func TestDiffFindsRowsOfEitherSide(t *testing.T) {
	db, ctx, h := newDB(t), context.Background(), Declared(&notes)
	one, two := add(t, db, "compared", h), add(t, db, "compared", h)
	apply(t, db, one, h, []projection.Fact{fact(1, "same", created{}), fact(2, "one", created{})})
	apply(t, db, two, h, []projection.Fact{fact(1, "same", created{}), fact(2, "two", created{})})
	ledgered(t, db, func(l projection.Ledger) error {
		found, err := l.Diff(ctx, one, two, 10)
		if err != nil || len(found) != 2 || found[0].In != 1 || found[1].In != 2 || found[0].Table != "notes" {
			t.Errorf("%+v, %v", found, err)
		}
		if found, err = l.Diff(ctx, one, two, 1); err != nil || len(found) != 1 {
			t.Errorf("limited: %+v, %v", found, err)
		}
		if n, err := l.Count(ctx, one); err != nil || n != 2 {
			t.Errorf("%d rows, %v", n, err)
		}
		return nil
	})
}

func TestDropLeavesOtherVersions(t *testing.T) {
	db, ctx, h := newDB(t), context.Background(), Declared(&notes)
	one, two := add(t, db, "dropped", h), add(t, db, "dropped", h)
	publish(t, db, two)
	park(t, db, 0, letter(one, "a", 1, projection.Dead), letter(two, "a", 1, projection.Dead))
	ledgered(t, db, func(l projection.Ledger) error { return l.Drop(ctx, one) })
	ledgered(t, db, func(l projection.Ledger) error {
		letters, err := l.Letters(ctx, projection.LetterQuery{})
		if err != nil || len(letters) != 1 || letters[0].Version.Number != 2 {
			t.Errorf("letters %+v, %v", letters, err)
		}
		shards, err := l.Shards(ctx, one)
		if err != nil || len(shards) != 0 {
			t.Errorf("shards %+v, %v", shards, err)
		}
		return nil
	})
	if err := db.Ledger(ctx, func(l projection.Ledger) error { return l.Drop(ctx, two) }); err == nil {
		t.Error("a table that a view shows was dropped")
	}
	if n, err := Count(ctx, db.Pool(), `SELECT count(*) FROM notes`); err != nil || n != 0 {
		t.Errorf("the live version: %d rows, %v", n, err)
	}
	if _, err := Get(ctx, db.Pool(), func(pgx.CollectableRow, *int) error { return nil }, `SELECT FROM notes`); err != ErrNotFound {
		t.Errorf("a row that is not there: %v", err)
	}
}

package pgmodel

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/evgen/evgen/internal/pgtest"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

func TestSetupByManyAtOnceMakesOneLedger(t *testing.T) {
	dsn := pgtest.Database(t)
	done := make(chan error)
	sessions := make([]*DB, 8)
	for i := range sessions {
		sessions[i] = openDB(t, dsn)
		if found, err := ledgerIn(sessions[i]); found != 0 || err != nil { // each has looked before
			t.Fatal(found, err)
		}
	}
	for _, db := range sessions {
		go func() { done <- db.Setup(context.Background()) }()
	}
	for range sessions {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

func ledgerIn(db *DB) (version int, err error) {
	err = db.transact(context.Background(), projection.Version{}, func(tx *Tx) error {
		version, err = tx.ledgerVersion(context.Background())
		return err
	})
	return version, err
}

// What a session has looked for before it waited for the lock is not what is there afterwards.
func TestSetupSeesTheTablesThatItHasWaitedFor(t *testing.T) {
	dsn, ctx := pgtest.Database(t), context.Background()
	first, second := openDB(t, dsn), openDB(t, dsn+"&pool_max_conns=1")
	if found, err := ledgerIn(second); found != 0 || err != nil {
		t.Fatal(found, err)
	}
	done := make(chan error, 1)
	err := first.transact(ctx, projection.Version{}, func(tx *Tx) error {
		if _, err := tx.Exec(ctx, lockSetup); err != nil {
			return err
		}
		go func() { done <- second.Setup(ctx) }()
		for waits := false; !waits; {
			const waiting = `SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
				AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))`
			if err := tx.QueryRow(ctx, waiting).Scan(&waits); err != nil {
				return err
			}
		}
		return tx.migrate(ctx, 0)
	})
	if err := errors.Join(err, <-done); err != nil {
		t.Error(err)
	}
}

func TestSetupRefusesANewerLedger(t *testing.T) {
	db, ctx := newDB(t), context.Background()
	if _, err := db.Pool().Exec(ctx, `UPDATE evgen.projection_ledger SET version = 1000`); err != nil {
		t.Fatal(err)
	}
	var newer *projection.LedgerVersionError
	if err := db.Setup(ctx); !errors.As(err, &newer) || newer.Found != 1000 {
		t.Errorf("%v", err)
	}
}

func TestVersionsAreKeptAsSaved(t *testing.T) {
	db, ctx := newDB(t), context.Background()
	v := projection.Version{ID: "memory_list", Digest: "d", State: projection.Building, Tables: []string{"a", "b"}, Incarnation: "i"}
	ledgered(t, db, func(l projection.Ledger) (err error) {
		if err := l.Lock(ctx, v.ID); err != nil {
			return err
		}
		if v, err = l.AddVersion(ctx, v, 3); err != nil {
			return err
		}
		v.State, v.Loaded, v.EffectsFrom, v.LiveAt, v.Incarnation = projection.Live, true, 7, time.Unix(1, 0).UTC(), "j"
		return l.SaveVersion(ctx, v)
	})
	ledgered(t, db, func(l projection.Ledger) error {
		for _, id := range []string{"memory_list", ""} {
			found, err := l.Versions(ctx, id)
			if err != nil || !cmp.Equal(found, []projection.Version{v}) {
				t.Errorf("%+v, %v", found, err)
			}
		}
		shards, err := l.Shards(ctx, v)
		slots := 0
		for _, s := range shards {
			slots += s.Last - s.First + 1
		}
		if err != nil || len(shards) != 3 || slots != projection.Slots {
			t.Errorf("shards %+v, %v", shards, err)
		}
		return nil
	})
}

// claim takes shard 0 of v, or not.
func claim(t *testing.T, db *DB, v projection.Version, owner string, ttl time.Duration) *projection.Lease {
	t.Helper()
	var lease *projection.Lease
	ledgered(t, db, func(l projection.Ledger) (err error) {
		lease, err = l.Claim(context.Background(), v, 0, owner, ttl)
		return err
	})
	return lease
}

// advance moves v by one fact, in the way of a runner.
func advance(db *DB, lease *projection.Lease, from, to runtime.Position, facts ...projection.Fact) error {
	ctx := context.Background()
	return db.Transact(ctx, lease.Version, func(tx *Tx, l projection.Ledger) error {
		if err := l.Advance(ctx, lease, from, to); err != nil {
			return err
		}
		return Declared(&notes).Apply(ctx, tx, facts)
	})
}

func TestOnlyOneOwnerHoldsAShard(t *testing.T) {
	db, h := newDB(t), Declared(&notes)
	v := add(t, db, "held", h)
	first := claim(t, db, v, "first", time.Hour)
	if first == nil || claim(t, db, v, "second", time.Hour) != nil {
		t.Fatal("a free shard was not given out, or a held one was")
	}
	again := claim(t, db, v, "first", time.Hour)
	if again == nil || again.Epoch <= first.Epoch {
		t.Fatalf("the owner claims again: %+v", again)
	}
	if err := advance(db, first, 0, 1, fact(1, "a", created{})); !errors.Is(err, projection.ErrFenced) {
		t.Errorf("the older lease still moves the shard: %v", err)
	}
	ledgered(t, db, func(l projection.Ledger) error { return l.Release(context.Background(), again) })
	if err := advance(db, again, 0, 1); !errors.Is(err, projection.ErrFenced) {
		t.Errorf("a lease that was given back moves the shard: %v", err)
	}
	if claim(t, db, v, "second", time.Hour) == nil {
		t.Error("a shard that was given back is not free")
	}
}

// The owner sleeps through its lease, with rows written, and wakes up when another one works.
func TestOwnerWhoOversleptCannotCommit(t *testing.T) {
	dsn, ctx, h := pgtest.Database(t), context.Background(), Declared(&notes)
	one, two := openDB(t, dsn), openDB(t, dsn)
	if err := one.Setup(ctx); err != nil {
		t.Fatal(err)
	}
	v := add(t, one, "fenced", h)
	slow := claim(t, one, v, "slow", time.Microsecond)
	err := one.Transact(ctx, v, func(tx *Tx, l projection.Ledger) error {
		if err := l.Advance(ctx, slow, 0, 1); err != nil {
			return err
		}
		quick := claim(t, two, v, "quick", time.Hour)
		if quick == nil {
			t.Fatal("a lease that has run out keeps others away")
		}
		if err := advance(two, quick, 0, 5, fact(5, "b", created{})); err != nil {
			t.Fatal(err)
		}
		return h.Apply(ctx, tx, []projection.Fact{fact(1, "a", created{})})
	})
	if !errors.Is(err, projection.ErrFenced) || one.Transient(err) {
		t.Errorf("%v", err)
	}
	if got := all(t, one, v, "notes"); !slices.Equal(got, []string{`(b,"text 5",0,,0)`}) {
		t.Errorf("rows %q", got)
	}
}

// A shard in the middle of a batch is not free, however late its owner is.
func TestClaimDoesNotWaitForABatch(t *testing.T) {
	db, ctx := newDB(t), context.Background()
	v := add(t, db, "busy", Declared(&notes))
	slow := claim(t, db, v, "slow", time.Microsecond)
	err := db.Transact(ctx, v, func(tx *Tx, l projection.Ledger) error {
		if err := errors.Join(l.Advance(ctx, slow, 0, 1), tx.Flush(ctx)); err != nil {
			return err
		}
		if claim(t, db, v, "quick", time.Hour) != nil {
			t.Error("a shard was taken from under a batch")
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestAdvanceNeedsThePositionBefore(t *testing.T) {
	db := newDB(t)
	lease := claim(t, db, add(t, db, "advanced", Declared(&notes)), "me", time.Hour)
	for _, step := range []struct {
		from, to runtime.Position
		want     error
	}{{0, 5, nil}, {0, 6, projection.ErrFenced}, {5, 6, nil}} {
		if err := advance(db, lease, step.from, step.to); !errors.Is(err, step.want) {
			t.Errorf("from %d to %d: %v", step.from, step.to, err)
		}
	}
}

func TestReplacedShardsFenceOldOwners(t *testing.T) {
	db, ctx := newDB(t), context.Background()
	v := add(t, db, "resharded", Declared(&notes))
	lease := claim(t, db, v, "me", time.Hour)
	ledgered(t, db, func(l projection.Ledger) error {
		return l.ReplaceShards(ctx, v, []projection.Shard{{Index: 0, First: 0, Last: 511, Position: 3}, {Index: 1, First: 512, Last: 1023, Position: 3}})
	})
	if err := advance(db, lease, 3, 4); !errors.Is(err, projection.ErrFenced) {
		t.Errorf("%v", err)
	}
	fresh := claim(t, db, v, "me", time.Hour)
	ledgered(t, db, func(l projection.Ledger) error { return l.Fence(ctx, v) })
	if err := advance(db, fresh, 3, 4); !errors.Is(err, projection.ErrFenced) {
		t.Errorf("%v", err)
	}
}

// letter makes a letter as nasty as events can be.
func letter(v projection.Version, key string, position int, state projection.LetterState) projection.Letter {
	at := time.Date(2024, 1, 2, 3, 4, 5, 678000, time.UTC)
	return projection.Letter{
		Version: v, Slot: projection.SlotOf(key), Key: key, State: state, Attempts: 1, Error: "it failed\x00 \xff",
		Record: runtime.Record{Data: []byte(`{"text": "\u0000"}`), Meta: runtime.Meta{
			ID: uuid.New(), Type: "MemoryCreated", Version: 3, Ordinal: 1, Stream: runtime.StreamOf("memory", "1"), StreamVersion: 4,
			Position: runtime.Position(position), Tenant: "t", Correlation: uuid.New(), Causation: uuid.New(), Actor: "a\x00b",
			OccurredAt: at, RecordedAt: at, Headers: map[string]string{"traceparent": "\x00"},
		}},
	}
}

func park(t *testing.T, db *DB, wait time.Duration, letters ...projection.Letter) {
	t.Helper()
	ledgered(t, db, func(l projection.Ledger) error { return l.Park(context.Background(), letters, wait) })
}

// due returns the positions of the letters that are due.
func due(t *testing.T, db *DB, v projection.Version) (positions []int, ids []int64) {
	t.Helper()
	ledgered(t, db, func(l projection.Ledger) error {
		letters, err := l.Due(context.Background(), v, 0, 10)
		for _, letter := range letters {
			positions, ids = append(positions, int(letter.Record.Position)), append(ids, letter.ID)
		}
		return err
	})
	return positions, ids
}

func TestLettersKeepTheWholeRecord(t *testing.T) {
	db, ctx := newDB(t), context.Background()
	v := add(t, db, "letters", Declared(&notes))
	want := letter(v, "key\x00", 7, projection.Dead)
	park(t, db, 0, want)
	ledgered(t, db, func(l projection.Ledger) error {
		got, err := l.Letters(ctx, projection.LetterQuery{Projection: "letters", Version: 1, Key: "key\x00", State: projection.Dead, Limit: 5})
		if err != nil || len(got) != 1 {
			t.Fatalf("%v, %v", got, err)
		}
		if got[0].Error != "it failed� �" {
			t.Errorf("error %q", got[0].Error)
		}
		ignored := cmpopts.IgnoreFields(projection.Letter{}, "ID", "Error", "NextAttempt", "CreatedAt")
		if diff := cmp.Diff(want, got[0], ignored, cmp.Comparer(func(a, b runtime.StreamID) bool { return a == b })); diff != "" {
			t.Error(diff)
		}
		for _, none := range []projection.LetterQuery{{Projection: "x"}, {Version: 2}, {Key: "key"}, {State: projection.Parked}, {IDs: []int64{-1}}} {
			if got, err := l.Letters(ctx, none); err != nil || len(got) != 0 {
				t.Errorf("%+v: %v, %v", none, got, err)
			}
		}
		return nil
	})
}

func TestLettersAreDueOneAfterTheOther(t *testing.T) {
	db, ctx := newDB(t), context.Background()
	v := add(t, db, "due", Declared(&notes))
	park(t, db, 0, letter(v, "a", 3, projection.Retrying), letter(v, "c", 1, projection.Dead), letter(v, "c", 2, projection.Parked))
	park(t, db, time.Hour, letter(v, "a", 5, projection.Parked), letter(v, "b", 4, projection.Retrying), letter(v, "b", 6, projection.Parked))
	positions, ids := due(t, db, v)
	if !slices.Equal(positions, []int{3}) {
		t.Fatalf("due are %v", positions)
	}
	ledgered(t, db, func(l projection.Ledger) error { return l.Settle(ctx, ids...) })
	if positions, ids = due(t, db, v); !slices.Equal(positions, []int{5}) {
		t.Fatalf("due are %v", positions)
	}
	ledgered(t, db, func(l projection.Ledger) error {
		keys, err := l.ParkedKeys(ctx, v, 0)
		if err != nil || !cmp.Equal(keys, map[string]int{"a": 1, "b": 2, "c": 2}) {
			t.Errorf("parked %v, %v", keys, err)
		}
		return l.Retry(ctx, ids[0], projection.Retrying, 2, "again", time.Hour)
	})
	if positions, _ = due(t, db, v); len(positions) != 0 {
		t.Errorf("due are %v", positions)
	}
}

// Letters belong to the shard that has their slot, also after others were made.
func TestLettersFollowTheirSlot(t *testing.T) {
	db, ctx := newDB(t), context.Background()
	v := add(t, db, "moved", Declared(&notes))
	var letters []projection.Letter
	for i := range 20 {
		letters = append(letters, letter(v, fmt.Sprint("key ", i), i, projection.Retrying))
	}
	park(t, db, 0, letters...)
	ledgered(t, db, func(l projection.Ledger) error {
		if err := l.ReplaceShards(ctx, v, []projection.Shard{{Index: 0, First: 0, Last: 511}, {Index: 1, First: 512, Last: 1023}}); err != nil {
			return err
		}
		for shard := range 2 {
			keys, err := l.ParkedKeys(ctx, v, shard)
			if err != nil {
				return err
			}
			for key := range keys {
				if projection.SlotOf(key)/512 != shard {
					t.Errorf("shard %d has %q", shard, key)
				}
			}
			if len(keys) == 0 || len(keys) == 20 {
				t.Errorf("shard %d has %d keys", shard, len(keys))
			}
		}
		return nil
	})
}

// Without prepared statements everything works the same: through a pooler, say.
func TestNoPreparedStatementIsNeeded(t *testing.T) {
	for _, mode := range []pgx.QueryExecMode{pgx.QueryExecModeExec, pgx.QueryExecModeCacheDescribe} {
		t.Run(mode.String(), func(t *testing.T) {
			ctx := context.Background()
			cfg, err := pgxpool.ParseConfig(pgtest.Database(t))
			if err != nil {
				t.Fatal(err)
			}
			cfg.ConnConfig.DefaultQueryExecMode = mode
			pool, err := pgxpool.NewWithConfig(ctx, cfg)
			if err != nil {
				t.Fatal(err)
			}
			defer pool.Close()
			db, err := New(pool)
			if err == nil {
				err = db.Setup(ctx)
			}
			if err != nil {
				t.Fatal(err)
			}
			v := add(t, db, "pooled", Declared(&notes))
			if err := advance(db, claim(t, db, v, "me", time.Hour), 0, 1, fact(1, "a", created{})); err != nil {
				t.Fatal(err)
			}
			park(t, db, 0, letter(v, "a", 3, projection.Retrying))
			if positions, _ := due(t, db, v); !slices.Equal(positions, []int{3}) {
				t.Errorf("due are %v", positions)
			}
			var prepared int
			if err := pool.QueryRow(ctx, `SELECT count(*) FROM pg_prepared_statements WHERE name <> ''`).Scan(&prepared); err != nil || prepared != 0 {
				t.Errorf("%d prepared statements, %v", prepared, err)
			}
		})
	}
}

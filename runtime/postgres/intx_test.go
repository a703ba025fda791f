package postgres

import (
	"context"
	"errors"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/evgen/evgen/runtime"
)

func TestInTxCommitsWithTheCallersWritesOrNotAtAll(t *testing.T) {
	s, ctx := newStore(t), context.Background()
	if _, err := s.pool.Exec(ctx, `CREATE TABLE orders (id int)`); err != nil {
		t.Fatal(err)
	}
	for _, commit := range []bool{false, true} {
		tx, err := s.pool.Begin(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tx.Exec(ctx, `INSERT INTO orders VALUES (1)`); err != nil {
			t.Fatal(err)
		}
		if _, err := s.InTx(tx).Append(ctx, stream(1), runtime.ExpectNew(), runtime.Root(), batchOf(2)...); err != nil {
			t.Fatal(err)
		}
		if n := len(rows(t, s)); n != 0 {
			t.Errorf("%d events are visible before the commit", n)
		}
		if commit {
			err = tx.Commit(ctx)
		} else {
			err = tx.Rollback(ctx)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	var orders int
	if err := s.pool.QueryRow(ctx, `SELECT count(*) FROM orders`).Scan(&orders); err != nil || orders != 1 {
		t.Errorf("%d orders, %v", orders, err)
	}
	if n := len(rows(t, s)); n != 2 {
		t.Errorf("%d events", n)
	}
}

func TestInTxRefusalsLeaveTheTransactionUsable(t *testing.T) {
	s, ctx := newStore(t), context.Background()
	cause := runtime.Root().WithCommand(uuid.New())
	first, err := s.Append(ctx, stream(1), runtime.ExpectNew(), cause, placed(1))
	if err != nil {
		t.Fatal(err)
	}
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		in := s.InTx(tx)
		var conflict *runtime.ConflictError
		if _, err := in.Append(ctx, stream(1), runtime.ExpectNew(), runtime.Root(), placed(1)); !errors.As(err, &conflict) || conflict.Actual != 1 {
			t.Errorf("%v", err)
		}
		var tenant *runtime.TenantError
		if _, err := in.Append(ctx, stream(1), runtime.ExpectAny(), runtime.Root().WithTenant("other"), placed(1)); !errors.As(err, &tenant) {
			t.Errorf("%v", err)
		}
		var repeated *runtime.IdempotencyError
		if _, err := in.Append(ctx, stream(1), runtime.ExpectAny(), cause, placed(2)); !errors.As(err, &repeated) {
			t.Errorf("%v", err)
		}
		if again, err := in.Append(ctx, stream(1), runtime.ExpectAny(), cause, placed(1)); err != nil || !again.Duplicate || again.Position != first.Position {
			t.Errorf("%+v, %v", again, err)
		}
		for version := range 3 {
			expect := runtime.ExpectVersion(runtime.StreamVersion(version + 1))
			if _, err := in.Append(ctx, stream(1), expect, runtime.Root(), placed(1)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(rows(t, s)); n != 4 {
		t.Errorf("%d events", n)
	}
}

func TestInTxAfterItsEndWritesNothing(t *testing.T) {
	s, ctx := newStore(t), context.Background()
	conn, err := s.acquire(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	tx, err := conn.Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := tx.Commit(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := s.InTx(tx).Append(ctx, stream(1), runtime.ExpectNew(), runtime.Root(), placed(1)); !errors.Is(err, pgx.ErrTxClosed) {
		t.Errorf("%v", err)
	}
	if n := len(rows(t, s)); n != 0 {
		t.Errorf("%d events", n)
	}
}

func TestInTxOfALaterSnapshotIsBusyWhereTheStreamMoved(t *testing.T) {
	s, ctx := newStore(t), context.Background()
	mustAppend(t, s, stream(1), runtime.ExpectNew(), placed(1))
	tx, err := s.pool.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(ctx) }()
	if _, err := tx.Exec(ctx, `SELECT 1`); err != nil {
		t.Fatal(err)
	}
	mustAppend(t, s, stream(1), runtime.ExpectVersion(1), placed(1))
	if _, err := s.InTx(tx).Append(ctx, stream(1), runtime.ExpectVersion(1), runtime.Root(), placed(1)); !errors.Is(err, ErrBusy) {
		t.Errorf("%v", err)
	}
}

// appending is one event for stream n.
func appending(n int, expect runtime.Expect, cause runtime.Cause) runtime.Appending {
	return runtime.Appending{Stream: stream(n), Expect: expect, Cause: cause, Events: batchOf(1)}
}

func TestAppendAllWritesInOrderWhatRoundTripsItTakes(t *testing.T) {
	s, ctx := newStore(t), context.Background()
	var appends []runtime.Appending
	for i := range 2*maxGroup + 5 { // streams recur within a round trip
		appends = append(appends, appending(i%7, runtime.ExpectAny(), runtime.Root()))
	}
	var out []runtime.Appended
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) (err error) {
		out, err = AppendIn[pgx.Tx](s)(ctx, tx, appends)
		return err
	})
	if err != nil || len(out) != len(appends) {
		t.Fatalf("%d outcomes, %v", len(out), err)
	}
	for i := range out {
		if want := runtime.StreamVersion(i/7 + 1); out[i].Last != want || i > 0 && out[i].Position <= out[i-1].Position {
			t.Fatalf("outcome %d is %+v", i, out[i])
		}
	}
	if n := len(rows(t, s)); n != len(appends) {
		t.Errorf("%d events", n)
	}
}

func TestAppendAllWritesWhatIsInFrontOfARefusal(t *testing.T) {
	ctx := context.Background()
	cause := runtime.Root().WithCommand(uuid.New())
	invalid := runtime.Appending{Stream: stream(9), Expect: runtime.ExpectAny(), Cause: runtime.Root()}
	for name, last := range map[string]runtime.Appending{
		"conflict": appending(1, runtime.ExpectNew(), runtime.Root()),
		"invalid":  invalid,
	} {
		t.Run(name, func(t *testing.T) {
			s := newStore(t)
			if _, err := s.Append(ctx, stream(1), runtime.ExpectNew(), cause, batchOf(1)...); err != nil {
				t.Fatal(err)
			}
			err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
				out, err := s.InTx(tx).AppendAll(ctx, []runtime.Appending{
					appending(1, runtime.ExpectAny(), cause), // a duplicate
					appending(2, runtime.ExpectNew(), runtime.Root()),
					last,
					appending(3, runtime.ExpectNew(), runtime.Root()),
				})
				var refused *runtime.AppendingError
				if !errors.As(err, &refused) || refused.Index != 2 || len(out) != 2 || !out[0].Duplicate {
					t.Errorf("%+v, %v", out, err)
				}
				return nil
			})
			if n := len(rows(t, s)); err != nil || n != 2 {
				t.Errorf("%d events, %v", n, err)
			}
		})
	}
}

func TestAppendAllOfTransactionsThatCrossIsNoDeadlock(t *testing.T) {
	s, ctx := newStore(t), context.Background()
	const streams, rounds = 40, 10
	for i := range streams {
		mustAppend(t, s, stream(i), runtime.ExpectNew(), placed(1))
	}
	failed := make(chan error, 2)
	for worker := range 2 {
		go func() {
			var err error
			for range rounds {
				var appends []runtime.Appending
				for i := range streams {
					if worker == 1 {
						i = streams - 1 - i
					}
					appends = append(appends, appending(i, runtime.ExpectAny(), runtime.Root()))
				}
				err = errors.Join(err, pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
					_, err := s.InTx(tx).AppendAll(ctx, appends)
					return err
				}))
			}
			failed <- err
		}()
	}
	for range 2 {
		if err := <-failed; err != nil {
			t.Error(err)
		}
	}
}

package postgres

import (
	"context"
	"errors"
	goruntime "runtime"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/evgen/evgen/runtime"
)

// appended is the outcome of an append that runs beside others.
type appended struct {
	out runtime.Appended
	err error
}

// gather lets appends queue behind a held lead, in order, and then go together.
func gather(t *testing.T, s *Store, appends ...func() (runtime.Appended, error)) []appended {
	t.Helper()
	s.group.lead <- struct{}{}
	results := make([]chan appended, len(appends))
	for i, call := range appends {
		results[i] = make(chan appended, 1)
		go func() {
			out, err := call()
			results[i] <- appended{out, err}
		}()
		queued(s, i+1)
	}
	<-s.group.lead
	all := make([]appended, len(appends))
	for i, result := range results {
		all[i] = <-result
	}
	return all
}

// queued waits until n appends are in the queue.
func queued(s *Store, n int) {
	for have := 0; have < n; goruntime.Gosched() {
		s.group.mu.Lock()
		have = len(s.group.queue)
		s.group.mu.Unlock()
	}
}

func call(s *Store, ctx context.Context, id runtime.StreamID, expect runtime.Expect, size int) func() (runtime.Appended, error) {
	return func() (runtime.Appended, error) {
		return s.Append(ctx, id, expect, runtime.Root(), batchOf(size)...)
	}
}

func TestGatheredAppendsHaveTheirOwnOutcomes(t *testing.T) {
	s, ctx := newStore(t), context.Background()
	got := gather(t, s,
		call(s, ctx, stream(1), runtime.ExpectNew(), 1),
		call(s, ctx, stream(1), runtime.ExpectNew(), 1),
		call(s, ctx, stream(2), runtime.ExpectNew(), 2),
		call(s, ctx, stream(3), runtime.ExpectExists(), 1),
		call(s, ctx, stream(1), runtime.ExpectVersion(1), 3),
	)
	var conflict *runtime.ConflictError
	if !errors.As(got[1].err, &conflict) || conflict.Actual != 1 {
		t.Errorf("the second append: %v", got[1].err)
	}
	if !errors.As(got[3].err, &conflict) || conflict.Actual != 0 {
		t.Errorf("the fourth append: %v", got[3].err)
	}
	for i, want := range map[int]runtime.Appended{
		0: {First: 1, Last: 1, FirstPosition: 1, Position: 1},
		2: {First: 1, Last: 2, FirstPosition: 2, Position: 3},
		4: {First: 2, Last: 4, FirstPosition: 4, Position: 6},
	} {
		if got[i].out != want || got[i].err != nil {
			t.Errorf("append %d: %+v, %v", i, got[i].out, got[i].err)
		}
	}
}

func TestWithdrawnAppendTouchesNoOther(t *testing.T) {
	s := newStore(t)
	ctx, cancel := context.WithCancel(context.Background())
	got := gather(t, s,
		call(s, context.Background(), stream(1), runtime.ExpectNew(), 1),
		func() (runtime.Appended, error) {
			go func() { queued(s, 2); cancel() }()
			return call(s, ctx, stream(2), runtime.ExpectNew(), 1)()
		},
		func() (runtime.Appended, error) {
			<-ctx.Done()
			return call(s, context.Background(), stream(3), runtime.ExpectNew(), 1)()
		},
	)
	if got[0].err != nil || got[2].err != nil {
		t.Errorf("the others: %v, %v", got[0].err, got[2].err)
	}
	switch n := len(rows(t, s)); {
	case errors.Is(got[1].err, context.Canceled) && n == 2:
	case got[1].err == nil && n == 3:
	default:
		t.Errorf("the cancelled one: %v; %d events", got[1].err, n)
	}
}

// One stream is held by an open transaction: whoever wants it waits, nobody else.
func TestHeldStreamHoldsUpNobodyElse(t *testing.T) {
	s, ctx := newStore(t), context.Background()
	mustAppend(t, s, stream(1), runtime.ExpectNew(), placed(1))
	pool := newTestPool(t, s.pool.Config().ConnString())
	tx, err := pool.Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.InTx(tx).Append(ctx, stream(1), runtime.ExpectVersion(1), runtime.Root(), placed(1)); err != nil {
		t.Fatal(err)
	}
	waiting := make(chan appended, 1)
	go func() {
		out, err := call(s, ctx, stream(1), runtime.ExpectAny(), 1)()
		waiting <- appended{out, err}
	}()
	got := gather(t, s,
		call(s, ctx, stream(2), runtime.ExpectNew(), 1),
		call(s, ctx, stream(3), runtime.ExpectNew(), 1),
	)
	if got[0].err != nil || got[1].err != nil {
		t.Errorf("%v, %v", got[0].err, got[1].err)
	}
	select {
	case early := <-waiting:
		t.Errorf("the append to the held stream returned %+v", early)
	default:
	}
	if err := tx.Commit(ctx); err != nil {
		t.Fatal(err)
	}
	if got := <-waiting; got.err != nil || got.out.Last != 3 {
		t.Errorf("%+v", got)
	}
}

func TestCancelledAppendToHeldStreamWritesNothing(t *testing.T) {
	s, ctx := newStore(t), context.Background()
	mustAppend(t, s, stream(1), runtime.ExpectNew(), placed(1))
	pool := newTestPool(t, s.pool.Config().ConnString())
	for name, s := range map[string]*Store{"own pool": s, "given pool": newOnPool(t, pool)} {
		t.Run(name, func(t *testing.T) {
			tx, err := pool.Begin(ctx)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = tx.Rollback(ctx) }()
			if _, err := s.InTx(tx).Append(ctx, stream(1), runtime.ExpectAny(), runtime.Root(), placed(1)); err != nil {
				t.Fatal(err)
			}
			short, cancel := context.WithTimeout(ctx, 200*time.Millisecond)
			defer cancel()
			if _, err := call(s, short, stream(1), runtime.ExpectAny(), 1)(); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%v", err)
			}
			var unknown *UnknownOutcomeError
			if errors.As(err, &unknown) {
				t.Error("the outcome is unknown")
			}
			if err := tx.Rollback(ctx); err != nil && !errors.Is(err, pgx.ErrTxClosed) {
				t.Error(err)
			}
			if n := len(rows(t, s)); n != 1 {
				t.Errorf("%d events", n)
			}
		})
	}
}

func TestCloseCarriesQueuedAppendsThrough(t *testing.T) {
	s := newStore(t)
	s.group.lead <- struct{}{}
	result := make(chan error, 1)
	go func() {
		_, err := call(s, context.Background(), stream(1), runtime.ExpectNew(), 1)()
		result <- err
	}()
	queued(s, 1)
	closed := make(chan error, 1)
	go func() { closed <- s.Close() }()
	<-s.group.lead
	if err := <-closed; err != nil {
		t.Fatal(err)
	}
	if err := <-result; err != nil {
		t.Errorf("the queued append: %v", err)
	}
	if _, err := call(s, context.Background(), stream(2), runtime.ExpectNew(), 1)(); !errors.Is(err, runtime.ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}

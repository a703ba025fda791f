package sqlite

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/internal/sampleevents"
)

func newStore(t *testing.T) *Store {
	t.Helper()
	s, err := Open(context.Background(), filepath.Join(t.TempDir(), "events.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func stream(n int) runtime.StreamID { return runtime.StreamOf("Order", fmt.Sprint(n)) }

// appended is the outcome of an append that runs beside others.
type appended struct {
	out runtime.Appended
	err error
}

// gather lets appends queue behind a held lead, in order, and then go together.
func gather(t *testing.T, s *Store, appends ...func() (runtime.Appended, error)) []appended {
	t.Helper()
	s.writer.lead <- struct{}{}
	results := make([]chan appended, len(appends))
	for i, call := range appends {
		results[i] = make(chan appended, 1)
		go func() {
			out, err := call()
			results[i] <- appended{out, err}
		}()
		for queued := 0; queued <= i; {
			s.writer.mu.Lock()
			queued = len(s.writer.queue)
			s.writer.mu.Unlock()
		}
	}
	<-s.writer.lead
	all := make([]appended, len(appends))
	for i, result := range results {
		all[i] = <-result
	}
	return all
}

func call(s *Store, ctx context.Context, id runtime.StreamID, expect runtime.Expect, size int) func() (runtime.Appended, error) {
	return func() (runtime.Appended, error) {
		return s.Append(ctx, id, expect, runtime.Root(), sampleevents.OrderPlaced{Customer: strings.Repeat("x", size)})
	}
}

func TestGatheredAppendsHaveTheirOwnOutcomes(t *testing.T) {
	s, ctx := newStore(t), context.Background()
	got := gather(t, s,
		call(s, ctx, stream(1), runtime.ExpectNew(), 1),
		call(s, ctx, stream(1), runtime.ExpectNew(), 1),
		call(s, ctx, stream(2), runtime.ExpectNew(), 1),
		call(s, ctx, stream(1), runtime.ExpectVersion(1), 1),
	)
	var conflict *runtime.ConflictError
	if !errors.As(got[1].err, &conflict) || conflict.Actual != 1 {
		t.Errorf("the second append: %v", got[1].err)
	}
	for i, want := range map[int]runtime.Appended{
		0: {First: 1, Last: 1, FirstPosition: 1, Position: 1},
		2: {First: 1, Last: 1, FirstPosition: 2, Position: 2},
		3: {First: 2, Last: 2, FirstPosition: 3, Position: 3},
	} {
		if got[i].out != want || got[i].err != nil {
			t.Errorf("append %d: %+v, %v", i, got[i].out, got[i].err)
		}
	}
}

func TestGatheredAppendThatIsCancelledTouchesNoOther(t *testing.T) {
	s := newStore(t)
	ctx, cancel := context.WithCancel(context.Background())
	blocked := call(s, ctx, stream(2), runtime.ExpectNew(), 1)
	got := gather(t, s,
		call(s, context.Background(), stream(1), runtime.ExpectNew(), 1),
		func() (runtime.Appended, error) {
			go cancel()
			return blocked()
		},
		func() (runtime.Appended, error) {
			<-ctx.Done()
			return call(s, context.Background(), stream(3), runtime.ExpectNew(), 1)()
		},
	)
	if got[0].err != nil || got[2].err != nil {
		t.Errorf("the others: %v, %v", got[0].err, got[2].err)
	}
	head, _, err := s.Head(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	switch {
	case errors.Is(got[1].err, context.Canceled) && head == 2:
	case got[1].err == nil && head == 3:
	default:
		t.Errorf("the cancelled one: %v; the head is %d", got[1].err, head)
	}
}

func TestFullDiskFailsWhoeverDoesNotFitAndNoOther(t *testing.T) {
	s, ctx := newStore(t), context.Background()
	if _, err := call(s, ctx, stream(0), runtime.ExpectNew(), 1)(); err != nil {
		t.Fatal(err)
	}
	limit := func(pages int64) {
		if _, err := s.writer.conn.integer(fmt.Sprintf("PRAGMA max_page_count = %d", pages)); err != nil {
			t.Fatal(err)
		}
	}
	pages, err := s.writer.conn.integer("PRAGMA page_count")
	if err != nil {
		t.Fatal(err)
	}
	limit(pages + 20)
	got := gather(t, s,
		call(s, ctx, stream(1), runtime.ExpectNew(), 1),
		call(s, ctx, stream(2), runtime.ExpectNew(), 1<<20),
		call(s, ctx, stream(3), runtime.ExpectNew(), 1),
	)
	if got[0].err != nil || !errors.Is(got[1].err, ErrFull) || got[2].err != nil {
		t.Errorf("outcomes: %v, %v, %v", got[0].err, got[1].err, got[2].err)
	}
	if got[1].out != (runtime.Appended{}) {
		t.Errorf("the failed append reports %+v", got[1].out)
	}
	limit(1 << 30)
	out, err := call(s, ctx, stream(2), runtime.ExpectNew(), 1<<20)()
	if err != nil || out.Position != 4 {
		t.Errorf("with room again: %+v, %v", out, err)
	}
}

func TestCloseCarriesQueuedAppendsThrough(t *testing.T) {
	s := newStore(t)
	s.writer.lead <- struct{}{}
	result := make(chan error, 1)
	go func() {
		_, err := call(s, context.Background(), stream(1), runtime.ExpectNew(), 1)()
		result <- err
	}()
	for queued := 0; queued == 0; {
		s.writer.mu.Lock()
		queued = len(s.writer.queue)
		s.writer.mu.Unlock()
	}
	closed := make(chan error, 1)
	go func() { closed <- s.Close() }()
	<-s.writer.lead
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

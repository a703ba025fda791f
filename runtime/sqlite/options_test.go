package sqlite_test

import (
	"bytes"
	"context"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/sqlite"
)

func TestOneFileIsCreatedByManyAtOnce(t *testing.T) {
	file := filepath.Join(t.TempDir(), "events.db")
	const n = 12
	stores := make([]*sqlite.Store, n)
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Add(1)
		go func() {
			defer wg.Done()
			ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
			defer cancel()
			stores[i], errs[i] = sqlite.Open(ctx, file)
		}()
	}
	wg.Wait()
	lives := map[runtime.Incarnation]bool{}
	for i, s := range stores {
		if errs[i] != nil {
			t.Fatal(errs[i])
		}
		put(t, s, contended())
		_, life, err := s.Head(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		lives[life] = true
	}
	if got := count(t, stores[0]); got != n || len(lives) != 1 {
		t.Errorf("%d events and %d incarnations", got, len(lives))
	}
	for _, s := range stores {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestReadersNestDeeperThanThereAreConnections(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "events.db"), sqlite.WithReaders(1))
	put(t, s, contended())
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	var nest func(depth int) int
	nest = func(depth int) int {
		if depth == 0 {
			return 1
		}
		seen := 0
		for _, err := range s.ReadAll(ctx, 0, runtime.Filter{}) {
			if err != nil {
				t.Fatal(err)
			}
			seen += nest(depth - 1)
		}
		return seen
	}
	if got := nest(10); got != 1 {
		t.Errorf("ten nested readers saw %d events", got)
	}
}

func TestClockThatGoesBackDoesNotTakeRecordedAtWithIt(t *testing.T) {
	now := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	s := open(t, filepath.Join(t.TempDir(), "events.db"), sqlite.WithClock(func() time.Time { return now }))
	put(t, s, contended())
	now = now.Add(-time.Hour)
	put(t, s, contended())
	for rec, err := range s.ReadAll(t.Context(), 0, runtime.Filter{}) {
		if err != nil || rec.RecordedAt.Year() != 2024 {
			t.Errorf("position %d recorded at %s, %v", rec.Position, rec.RecordedAt, err)
		}
	}
}

func TestAppendsAreObserved(t *testing.T) {
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	s := open(t, filepath.Join(t.TempDir(), "events.db"), sqlite.WithObserver(runtime.LogAppends(logger)))
	put(t, s, contended())
	if !strings.Contains(log.String(), "msg=appended stream="+contended().String()) {
		t.Errorf("log: %s", &log)
	}
}

func TestSynchronousIsSet(t *testing.T) {
	for _, mode := range []sqlite.Synchronous{sqlite.Full, sqlite.Normal} {
		put(t, open(t, filepath.Join(t.TempDir(), "events.db"), sqlite.WithSynchronous(mode)), contended())
	}
	if _, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "events.db"), sqlite.WithSynchronous("FULL; DROP TABLE events")); err == nil {
		t.Error("an unknown mode was accepted")
	}
}

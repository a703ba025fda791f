package library_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/examples/memory/events/memory"
	"github.com/evgen/evgen/examples/memory/library"
	"github.com/evgen/evgen/examples/memory/mind"
	"github.com/evgen/evgen/internal/pgtest"
	"github.com/evgen/evgen/runtime"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

var (
	noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	talk = memory.Source{Origin: memory.OriginConversation}
)

// everywhere runs a test on a new place of each kind.
func everywhere(t *testing.T, test func(t *testing.T, name string)) {
	t.Run("file", func(t *testing.T) { test(t, filepath.Join(t.TempDir(), "memory.db")) })
	t.Run("postgres", func(t *testing.T) { test(t, pgtest.Database(t)) })
}

func open(t *testing.T, name string) *library.Library {
	t.Helper()
	l, err := library.Make(t.Context(), name, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return l
}

// memories are those of a library, in which every call takes a second.
func memories(t *testing.T, l *library.Library, opts ...mind.Option) *mind.Mind {
	t.Helper()
	now := noon
	clock := mind.WithClock(func() time.Time {
		now = now.Add(time.Second)
		return now
	})
	m, err := mind.New(l.Events, l, append([]mind.Option{mind.WithActor("ada"), clock}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// numbered are ids that differ in their first digits.
func numbered() mind.Option {
	n := 0
	return mind.WithIDs(func() uuid.UUID {
		n++
		return uuid.UUID{0: byte(n), 6: 0x40, 8: 0x80, 15: byte(n)}
	})
}

func remember(t *testing.T, m *mind.Mind, text string) uuid.UUID {
	t.Helper()
	id, err := m.Remember(t.Context(), text, talk)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func do(t *testing.T, m *mind.Mind, id uuid.UUID, decide runtime.Decide[mind.Memory]) {
	t.Helper()
	if _, err := m.Do(t.Context(), id, decide); err != nil {
		t.Fatal(err)
	}
}

// running keeps the read models of l up to date until the test ends.
func running(t *testing.T, l *library.Library, runner library.Runner) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- l.Run(ctx, runner) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

package sqlite_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/sqlite"
	"github.com/evgen/evgen/runtime/storetest"
)

// located remembers where a store is, for opening it again.
type located struct {
	*sqlite.Store
	path string
}

func open(t testing.TB, path string, opts ...sqlite.Option) located {
	t.Helper()
	s, err := sqlite.Open(context.Background(), path, opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return located{s, path}
}

func TestConformance(t *testing.T) {
	storetest.Run(t, storetest.Target{
		New: func(t testing.TB) runtime.Store { return open(t, filepath.Join(t.TempDir(), "events.db")) },
		Reopen: func(t testing.TB, s runtime.Store) runtime.Store {
			if err := s.(located).Close(); err != nil {
				t.Fatal(err)
			}
			return open(t, s.(located).path)
		},
		Mortal: newMortal,
		Can:    []storetest.Capability{storetest.Find, storetest.Import, storetest.Snapshots, storetest.Subscribe, storetest.Streams, storetest.Durable, storetest.Crash},
	})
}

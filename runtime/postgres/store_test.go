package postgres

import (
	"context"
	"fmt"
	"testing"

	"github.com/evgen/evgen/internal/pgtest"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/storetest"
)

var (
	_ runtime.Store         = (*Store)(nil)
	_ runtime.Subscriber    = (*Store)(nil)
	_ runtime.Finder        = (*Store)(nil)
	_ runtime.Importer      = (*Store)(nil)
	_ runtime.SnapshotStore = (*Store)(nil)
)

func TestConformance(t *testing.T) {
	for name, opts := range map[string][]Option{
		"one table":  nil,
		"partitions": {WithPartitions(10_000)},
	} {
		t.Run(name, func(t *testing.T) { storetest.Run(t, target(pgtest.Database(t), opts...)) })
	}
}

// target makes stores that share a database, each in a schema of its own: to
// create a database takes longer than most scenarios.
func target(dsn string, opts ...Option) storetest.Target {
	stores := 0
	return storetest.Target{
		New: func(t testing.TB) runtime.Store {
			stores++
			schema := WithSchema(fmt.Sprintf(`Mind the "gap" %d`, stores))
			return openStore(t, dsn, append([]Option{WithMigrations(), schema}, opts...)...)
		},
		Reopen: func(t testing.TB, s runtime.Store) runtime.Store {
			if err := s.(*Store).Close(); err != nil {
				t.Fatal(err)
			}
			return openStore(t, dsn, WithSchema(s.(*Store).config.schema))
		},
		Retain: func(t testing.TB, s runtime.Store, from runtime.Position) {
			if _, err := s.(*Store).Retain(context.Background(), from); err != nil {
				t.Fatal(err)
			}
		},
		Mortal: newMortal(dsn, opts...),
		Can:    []storetest.Capability{storetest.Find, storetest.Import, storetest.Snapshots, storetest.Streams, storetest.Subscribe, storetest.Durable, storetest.Crash, storetest.Retention},
	}
}

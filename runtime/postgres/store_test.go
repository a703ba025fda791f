package postgres

import (
	"context"
	"testing"

	"github.com/evgen/evgen/internal/pgtest"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/storetest"
)

var (
	_ runtime.Store         = (*Store)(nil)
	_ runtime.Subscriber    = (*Store)(nil)
	_ runtime.Finder        = (*Store)(nil)
	_ runtime.SnapshotStore = (*Store)(nil)
)

func TestConformance(t *testing.T) {
	for name, opts := range map[string][]Option{
		"one table":  nil,
		"partitions": {WithPartitions(10_000), WithSchema(`Mind "the" gap`)},
	} {
		t.Run(name, func(t *testing.T) { storetest.Run(t, target(opts...)) })
	}
}

func target(opts ...Option) storetest.Target {
	return storetest.Target{
		New: func(t testing.TB) runtime.Store {
			return openStore(t, pgtest.Database(t), append([]Option{WithMigrations()}, opts...)...)
		},
		Reopen: func(t testing.TB, s runtime.Store) runtime.Store {
			dsn := s.(*Store).pool.Config().ConnString()
			if err := s.(*Store).Close(); err != nil {
				t.Fatal(err)
			}
			return openStore(t, dsn, opts...)
		},
		Retain: func(t testing.TB, s runtime.Store, from runtime.Position) {
			if _, err := s.(*Store).Retain(context.Background(), from); err != nil {
				t.Fatal(err)
			}
		},
		Can: []storetest.Capability{storetest.Find, storetest.Snapshots, storetest.Subscribe, storetest.Durable, storetest.Retention},
	}
}

package memstore_test

import (
	"testing"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/memstore"
	"github.com/evgen/evgen/runtime/storetest"
)

func TestConformance(t *testing.T) {
	storetest.Run(t, storetest.Target{
		New:    func(testing.TB) runtime.Store { return memstore.New() },
		Retain: func(_ testing.TB, s runtime.Store, from runtime.Position) { s.(*memstore.Store).Retain(from) },
		Can:    []storetest.Capability{storetest.Find, storetest.Import, storetest.Snapshots, storetest.Subscribe, storetest.Streams, storetest.Retention, storetest.Volatile},
	})
}

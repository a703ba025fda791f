// Package storetest is the conformance suite for implementations of
// [runtime.Store].
//
// In goes a [Target], which makes stores and says what they can do; out come
// subtests named by behaviour: examples, a state machine checked against a
// model, and concurrent histories checked for linearizability. It never looks
// inside a store, never skips: what a target says it cannot do is listed in the
// log, and a store that can do what its target does not say fails. So does one that
// neither survives its process nor says so ([Volatile]).
//
//	func TestStore(t *testing.T) {
//		storetest.Run(t, storetest.Target{
//			New: func(t testing.TB) runtime.Store { return memstore.New() },
//			Can: []storetest.Capability{storetest.Find, storetest.Import, storetest.Volatile},
//		})
//	}
package storetest

import (
	"io"
	"slices"
	"testing"

	"github.com/evgen/evgen/runtime"
)

// Capability names what a store can do beyond the [runtime.Store] contract.
type Capability string

// The capabilities that the suite knows how to test.
const (
	Find      Capability = "find"      // it is a runtime.Finder
	Import    Capability = "import"    // it is a runtime.Importer
	Snapshots Capability = "snapshots" // it is a runtime.SnapshotStore
	Subscribe Capability = "subscribe" // it is a runtime.Subscriber
	Streams   Capability = "streams"   // it is a runtime.StreamLister
	Durable   Capability = "durable"   // Target.Reopen is set
	Crash     Capability = "crash"     // Target.Mortal is set
	Volatile  Capability = "volatile"  // neither is: nothing outlives the process
	Retention Capability = "retention" // Target.Retain is set
)

// Target is a kind of store under test.
type Target struct {
	// New returns an empty store of its own. The suite closes it, if it is an
	// io.Closer, when the test ends.
	New func(t testing.TB) runtime.Store
	// Reopen closes a store that New made and opens its data again.
	Reopen func(t testing.TB, s runtime.Store) runtime.Store
	// Mortal makes an empty store of its own that can be made to die at each of its
	// statements, unopened; see [Mortal]. A store that keeps anything should have it.
	Mortal func(t testing.TB) Mortal
	// Retain makes a store forget the records below a position.
	Retain func(t testing.TB, s runtime.Store, from runtime.Position)
	// Can lists all that these stores can do.
	Can []Capability
}

// scenario is one behaviour, shown on a new store.
type scenario struct {
	name string
	run  func(t *testing.T, s runtime.Store)
}

// Run runs the whole suite as subtests of t, one after the other.
func Run(t *testing.T, target Target) {
	t.Run("capabilities are as stated", target.testCapabilities)
	for _, group := range []struct {
		name      string
		scenarios []scenario
	}{
		{"append", appendScenarios()},
		{"idempotency", idempotencyScenarios()},
		{"load", loadScenarios()},
		{"read", readScenarios()},
		{"cancel", cancelScenarios()},
		{"close", closeScenarios()},
	} {
		t.Run(group.name, func(t *testing.T) { target.runAll(t, group.scenarios) })
	}
	for _, c := range capabilities() {
		if !slices.Contains(target.Can, c.name) {
			t.Logf("not stated, so not tested: %s", c.name)
			continue
		}
		t.Run(string(c.name), func(t *testing.T) { target.runAll(t, c.scenarios(target)) })
	}
	t.Run("model", target.testModel)
	t.Run("history", func(t *testing.T) { target.runAll(t, historyScenarios()) })
}

func (target Target) runAll(t *testing.T, scenarios []scenario) {
	for _, sc := range scenarios {
		t.Run(sc.name, func(t *testing.T) { sc.run(t, target.open(t)) })
	}
}

func (target Target) open(t testing.TB) runtime.Store {
	t.Helper()
	s := target.New(t)
	if closer, ok := s.(io.Closer); ok {
		t.Cleanup(func() { check(t, "close", closer.Close()) })
	}
	return s
}

func (target Target) testCapabilities(t *testing.T) {
	s := target.open(t)
	for _, c := range capabilities() {
		if stated, has := slices.Contains(target.Can, c.name), c.has(target, s); stated != has {
			t.Errorf("capability %s: stated %t, store has it %t", c.name, stated, has)
		}
	}
	for _, c := range target.Can {
		if !slices.ContainsFunc(capabilities(), func(k capability) bool { return k.name == c }) {
			t.Errorf("capability %q is unknown", c)
		}
	}
}

// capability says how to see that a store has it, and what it must then do.
type capability struct {
	name      Capability
	has       func(Target, runtime.Store) bool
	scenarios func(Target) []scenario
}

func capabilities() []capability {
	return []capability{
		{Find, implements[runtime.Finder], findScenarios},
		{Import, implements[runtime.Importer], importScenarios},
		{Snapshots, implements[runtime.SnapshotStore], snapshotScenarios},
		{Subscribe, implements[runtime.Subscriber], subscribeScenarios},
		{Streams, implements[runtime.StreamLister], streamsScenarios},
		{Durable, func(t Target, _ runtime.Store) bool { return t.Reopen != nil }, durableScenarios},
		{Crash, func(t Target, _ runtime.Store) bool { return t.Mortal != nil }, crashScenarios},
		{Volatile, func(t Target, _ runtime.Store) bool { return t.Reopen == nil && t.Mortal == nil }, volatileScenarios},
		{Retention, func(t Target, _ runtime.Store) bool { return t.Retain != nil }, retentionScenarios},
	}
}

func implements[T any](_ Target, s runtime.Store) bool {
	_, ok := s.(T)
	return ok
}

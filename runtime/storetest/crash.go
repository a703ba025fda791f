package storetest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"

	"github.com/evgen/evgen/internal/testimony"
	"github.com/evgen/evgen/runtime"
)

// Moment is when, seen from a statement, a process dies.
type Moment string

// The moments.
const (
	// Before: the database never sees the statement.
	Before Moment = "before"
	// During: it is on its way, and nobody waits for what becomes of it.
	During Moment = "during"
	// After: it has been carried out, and nobody is told.
	After Moment = "after"
)

// Mortal is a store of its own whose process can be made to die at a statement: of
// whatever kind, whoever sends it, COMMIT among them. A link that is cut for good does
// as well as a process that is killed, and so does a copy of a file as it stands.
//
// The suite opens it, lets it die, closes what is left, and opens it again, many
// times over. Statements of a life are counted from Arm on.
type Mortal interface {
	// Open opens the data in a new life. It may die on the way, if it was armed.
	Open(ctx context.Context) (runtime.Store, error)
	// Arm lets the present life, or the next one if there is none, end at its n-th
	// statement from now on, from 1. Died is called once it has ended, from whatever
	// goroutine; from then on nothing of that life reaches the data, and calls of it
	// may fail as they like, but end when their context does.
	Arm(n int, at Moment, died func())
	// Disarm takes back what Arm said. If it has happened, it waits until died has
	// been called.
	Disarm()
	// Moments lists those that can be told apart.
	Moments() []Moment
}

// crashScenario is something that a process does when it dies.
type crashScenario struct {
	name string
	// act does it, in the life of s, and returns what a later life does to
	// complete it; nil: nothing.
	act func(c *casualty, ctx context.Context, s runtime.Store) (complete func(ctx context.Context, s runtime.Store))
}

func crashScenarios(target Target) []scenario {
	var out []scenario
	for _, sc := range []crashScenario{
		{"an append of one event is there once it was acknowledged, and whole or absent before", actAppend(1)},
		{"an append of three events is there once it was acknowledged, and whole or absent before", actAppend(3)},
		{"a command that is repeated in the next life is carried out once", actCommand},
		{"appends that may share a transaction are whole or absent each", actTogether},
		{"an import is completed by another one, and nothing is doubled", actImport},
		{"a projection that goes on behind its checkpoint sees each event once", actFollow},
	} {
		out = append(out, scenario{sc.name, func(t *testing.T, _ runtime.Store) { target.dieEverywhere(t, sc) }})
	}
	return append(out, scenario{"a store that died while it was made is made by the next life", func(t *testing.T, _ runtime.Store) { target.dieOpening(t) }})
}

// volatileScenarios says in the report what a store without a disk does not promise.
func volatileScenarios(Target) []scenario {
	return []scenario{{"nothing outlives the process, as stated", func(t *testing.T, _ runtime.Store) {
		t.Log("VOLATILE: the target states that nothing outlives its process; no crash point was tried")
	}}}
}

// casualty is a mortal store, and what everybody was told of it.
type casualty struct {
	t         *testing.T
	mortal    Mortal
	store     runtime.Store
	life      runtime.Incarnation
	witnesses []*testimony.Witness
	reading   testimony.Reading
	dead      atomic.Bool

	mu     sync.Mutex
	errors []error // of the present life
}

// crowd is how many append at the same time.
const crowd = 4

func newCasualty(t *testing.T, m Mortal) *casualty {
	c := &casualty{t: t, mortal: m}
	for i := range crowd {
		c.witnesses = append(c.witnesses, testimony.NewWitness(i))
	}
	t.Cleanup(c.bury)
	c.revive()
	return c
}

// bury closes what is left of a life.
func (c *casualty) bury() {
	if closer, ok := c.store.(io.Closer); ok {
		if err := closer.Close(); err != nil && !c.dead.Load() {
			c.t.Errorf("close: %v", err)
		}
	}
	c.store = nil
}

// revive opens the data in a new life, which is of the same store.
func (c *casualty) revive() {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	s, err := c.mortal.Open(ctx)
	check(c.t, "open", err)
	c.store = s
	c.dead.Store(false)
	_, life, err := c.store.Head(ctx)
	check(c.t, "head", err)
	if c.life != "" {
		same(c.t, "incarnation", life, c.life)
	}
	c.life = life
}

// dieEverywhere lets sc die at its first statement, its second, and so on until it
// outlives them all, in each moment of them.
func (target Target) dieEverywhere(t *testing.T, sc crashScenario) {
	c, deaths := newCasualty(t, target.Mortal(t)), 0
	for _, at := range c.mortal.Moments() {
		for n := 1; c.dieAt(n, at, sc); n++ {
			if deaths++; t.Failed() || n > 500 {
				t.Fatalf("died %s statement %d", at, n)
			}
		}
	}
	if deaths < 2 {
		t.Fatalf("%d deaths: the target does not count its statements", deaths)
	}
	if seen := c.truth().CheckReading(&c.reading); len(c.truth()) > 0 && seen.Seen > 0 {
		check(t, "what a projection saw", seen.Err())
	}
	t.Logf("%d deaths, %d events", deaths, len(c.truth()))
}

// dieAt tells one story of a life, and reports whether it ended early.
func (c *casualty) dieAt(n int, at Moment, sc crashScenario) bool {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	c.mortal.Arm(n, at, func() {
		c.dead.Store(true)
		cancel()
	})
	complete := sc.act(c, ctx, c.store)
	c.mortal.Disarm()
	died := c.dead.Load()
	c.explain(died)
	if died {
		c.bury()
		c.revive()
	}
	check(c.t, "what is there", c.truth().Check(c.witnesses...).Err())
	if complete != nil {
		complete(context.Background(), c.store)
		c.explain(false)
		check(c.t, "what is there when it was completed", c.truth().Check(c.witnesses...).Err())
	}
	return died
}

// truth is all that the store shows.
func (c *casualty) truth() testimony.Truth {
	c.t.Helper()
	var all testimony.Truth
	for _, rec := range everything(c.t, c.store) {
		mark, err := testimony.ParseMark(rec.Data)
		check(c.t, "payload", err)
		if n := len(all); n > 0 && all[n-1].Position >= rec.Position {
			c.t.Errorf("position %d follows %d", rec.Position, all[n-1].Position)
		}
		all = append(all, testimony.Entry{Position: rec.Position, Stream: rec.Stream.String(), Version: rec.StreamVersion, Mark: mark})
	}
	return all
}

// failed notes an error of the present life, which only its death explains.
func (c *casualty) failed(action string, err error) {
	if err != nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.errors = append(c.errors, fmt.Errorf("%s: %w", action, err))
	}
}

// explain fails the test for errors of a life that has not ended.
func (c *casualty) explain(died bool) {
	c.t.Helper()
	if err := errors.Join(c.errors...); err != nil && !died {
		c.t.Errorf("a life that went on: %v", err)
	}
	c.errors = nil
}

// appendAs appends a unit of one part, and notes what is told of it.
func (c *casualty) appendAs(ctx context.Context, s runtime.Store, writer, size int, expect runtime.Expect, cause runtime.Cause) {
	unit := c.witnesses[writer].Begin()
	part := unit.Intend(runtime.StreamOf("Crash", fmt.Sprint(writer)), size)
	c.try(ctx, s, unit, part, expect, cause)
}

func (c *casualty) try(ctx context.Context, s runtime.Store, unit *testimony.Unit, part *testimony.Part, expect runtime.Expect, cause runtime.Cause) {
	out, err := s.Append(ctx, part.Stream(), expect, cause, part.Events()...)
	if err != nil {
		c.failed("append", err)
		return
	}
	part.At(out)
	unit.Settle(testimony.Written)
}

func actAppend(size int) func(*casualty, context.Context, runtime.Store) func(context.Context, runtime.Store) {
	return func(c *casualty, ctx context.Context, s runtime.Store) func(context.Context, runtime.Store) {
		c.appendAs(ctx, s, 0, size, runtime.ExpectAny(), runtime.Root())
		return nil
	}
}

// actCommand expects a version that only this command can have changed.
func actCommand(c *casualty, ctx context.Context, s runtime.Store) func(context.Context, runtime.Store) {
	cause, stream := runtime.Root().WithCommand(uuid.New()), newStream()
	unit := c.witnesses[0].Begin()
	part := unit.Intend(stream, 2)
	c.try(ctx, s, unit, part, runtime.ExpectNew(), cause)
	return func(ctx context.Context, s runtime.Store) { c.try(ctx, s, unit, part, runtime.ExpectNew(), cause) }
}

func actTogether(c *casualty, ctx context.Context, s runtime.Store) func(context.Context, runtime.Store) {
	var all sync.WaitGroup
	for i := range crowd {
		all.Add(1)
		go func() {
			defer all.Done()
			c.appendAs(ctx, s, i, 1+i%2, runtime.ExpectAny(), runtime.Root())
		}()
	}
	all.Wait()
	return nil
}

// actImport is run again until it ends well, as operators are told to.
func actImport(c *casualty, ctx context.Context, s runtime.Store) func(context.Context, runtime.Store) {
	stream, units, events := newStream(), []*testimony.Unit(nil), []runtime.Event(nil)
	for range 5 { // each whole by itself: an import may end anywhere
		unit := c.witnesses[0].Begin()
		units, events = append(units, unit), append(events, unit.Intend(stream, 1).Events()...)
	}
	records := testimony.Records(stream, events)
	run := func(ctx context.Context, s runtime.Store) {
		_, err := s.(runtime.Importer).Import(ctx, records)
		c.failed("import", err)
		for _, unit := range units {
			if err == nil {
				unit.Settle(testimony.Written)
			}
		}
	}
	run(ctx, s)
	return run
}

// actFollow appends and reads on from where the life before came to: what a
// projection does whose checkpoint is in the transaction of its rows.
func actFollow(c *casualty, ctx context.Context, s runtime.Store) func(context.Context, runtime.Store) {
	c.appendAs(ctx, s, 0, 2, runtime.ExpectAny(), runtime.Root())
	c.readOn(ctx, s)
	return c.readOn
}

func (c *casualty) readOn(ctx context.Context, s runtime.Store) {
	for rec, err := range s.ReadAll(ctx, c.reading.At(), runtime.Filter{}) {
		if err != nil {
			c.failed("read", err)
			return
		}
		check(c.t, "read", c.reading.See(&rec))
	}
}

// dieOpening lets a store die at each statement of its first opening.
func (target Target) dieOpening(t *testing.T) {
	deaths := 0
	for _, at := range target.Mortal(t).Moments() {
		for n := 1; target.diesOpening(t, n, at); n++ {
			if deaths++; t.Failed() || n > 500 {
				t.Fatalf("died %s statement %d", at, n)
			}
		}
	}
	t.Logf("%d deaths", deaths)
}

func (target Target) diesOpening(t *testing.T, n int, at Moment) bool {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	m := target.Mortal(t)
	var dead atomic.Bool
	m.Arm(n, at, func() {
		dead.Store(true)
		cancel()
	})
	s, err := m.Open(ctx)
	m.Disarm()
	if closer, ok := s.(io.Closer); ok && err == nil {
		_ = closer.Close() // of a store that may be dead
	}
	if !dead.Load() {
		check(t, "open", err)
		return false
	}
	c := newCasualty(t, m)
	c.appendAs(context.Background(), c.store, 0, 2, runtime.ExpectNew(), runtime.Root())
	c.explain(false)
	check(t, "what is there", c.truth().Check(c.witnesses...).Err())
	return true
}

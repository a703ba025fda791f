package sagatest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/evgen/evgen/runtime"
	orders "github.com/evgen/evgen/runtime/internal/sampleevents"
	"github.com/evgen/evgen/runtime/saga"
)

// chaos is a run in which steps fail, workers crash, sleep and are told to stop,
// time jumps, and operators change their minds: at random, from one seed.
type chaos[T any] struct {
	*world[T]
	definition saga.Definition
	crews      []*mortal[T]
	ids        []string

	mu     sync.Mutex
	random *rand.Rand
	calm   bool
}

// mortal is a worker that can be killed.
type mortal[T any] struct {
	db      *faulty[T]
	process *process
}

// sagasInChaos and rounds are what a run is made of.
const (
	sagasInChaos = 24
	crewsInChaos = 3
	rounds       = 60
)

func random[T any](w *world[T]) {
	seed := rand.Uint64()
	w.t.Logf("seed %d", seed)
	c := &chaos[T]{world: w, random: rand.New(rand.NewPCG(seed, 0))}
	c.define()
	w.begin(w.worker(c.definition))
	for i := range sagasInChaos {
		c.ids = append(c.ids, fmt.Sprint("s", i))
		w.append(c.ids[i], place())
	}
	for range crewsInChaos {
		c.crews = append(c.crews, c.start())
	}
	for range rounds {
		c.disturb()
		c.progress()
	}
	c.settle()
	for _, id := range c.ids {
		c.judge(id)
	}
}

// n returns a random number below limit.
func (c *chaos[T]) n(limit int) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.random.IntN(limit)
}

// define makes a saga whose steps emit what they are, and succeed more often than not.
func (c *chaos[T]) define() {
	c.definition = c.waiting()
	more := c.stage.definition("a", "b", "c", "d!", "e")
	c.definition.Steps = append(c.definition.Steps, more.Steps[3:]...)
	for _, s := range c.definition.Steps {
		c.on("do "+s.Name, c.act)
		c.on("undo "+s.Name, c.act)
	}
}

func (c *chaos[T]) act(ctx context.Context, r *saga.Run) error {
	r.Emit(saga.Emission{
		Stream: runtime.StreamOf(orders.CategoryOrder, "out-"+r.ID),
		Event:  orders.OrderCancelled{Reason: string(r.Kind) + " " + r.Step},
	})
	c.mu.Lock()
	calm := c.calm
	c.mu.Unlock()
	switch n := c.n(20); {
	case calm:
	case n < 4:
		return errors.New("at random")
	case n == 4:
		panic("at random")
	case n == 5:
		return saga.Permanent(errors.New("for good, at random"))
	case n == 6: // long enough for others to do something
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(time.Duration(c.n(20)) * time.Millisecond):
		}
	}
	return nil
}

func (c *chaos[T]) start() *mortal[T] {
	db := &faulty[T]{Database: c.Again(c.t)}
	flip := func(*saga.Move) error {
		if c.n(15) == 0 {
			return errCut
		}
		return nil
	}
	db.before, db.after = flip, flip
	worker := c.workerOver(db, c.definition, saga.WithConcurrency(4), saga.WithLease(300*time.Millisecond))
	return &mortal[T]{db, c.process(worker.Run)}
}

// disturb does one thing that should not matter.
func (c *chaos[T]) disturb() {
	id := c.ids[c.n(len(c.ids))]
	at := c.n(len(c.crews))
	switch c.n(7) {
	case 0: // a crash
		c.crews[at].db.die()
		c.crews[at].process.end()
		c.crews[at] = c.start()
	case 1: // a shutdown
		c.crews[at].process.end()
		c.crews[at] = c.start()
	case 2: // all claims run out, and those who have them do not know
		c.Pass(c.t, time.Second)
	case 3:
		if err := c.Sagas.Cancel(c.ctx, ref(id), "at random"); err != nil && !errors.Is(err, saga.ErrOver) && !errors.Is(err, saga.ErrUnknown) {
			c.t.Errorf("cancel: %v", err)
		}
	case 4:
		if err := c.Sagas.Retry(c.ctx, ref(id)); err != nil && !errors.Is(err, saga.ErrOver) && !errors.Is(err, saga.ErrBusy) && !errors.Is(err, saga.ErrUnknown) {
			c.t.Errorf("retry: %v", err)
		}
	case 5:
		c.append(id, cancelled())
	default:
		c.append(id, ship())
	}
}

// progress waits for steps to be taken, if there are any.
func (c *chaos[T]) progress() {
	before, looks := len(c.played()), 0
	c.eventually(func() bool { looks++; return len(c.played()) > before+2 || looks > 10 })
}

// settle lets all sagas come to their ends, and has undone what was given up.
func (c *chaos[T]) settle() {
	c.mu.Lock()
	c.calm = true
	c.mu.Unlock()
	for _, m := range c.crews {
		m.db.mu.Lock()
		m.db.before, m.db.after = nil, nil
		m.db.mu.Unlock()
	}
	for _, id := range c.ids {
		c.append(id, ship())
	}
	over := c.eventually(func() bool {
		c.Pass(c.t, time.Second)
		return !slices.ContainsFunc(c.ids, func(id string) bool { return !c.ended(id) })
	})
	if !over {
		c.t.Fatal("sagas are stuck")
	}
}

func (c *chaos[T]) ended(id string) bool {
	s := c.find(ref(id))
	if s == nil || s.State != saga.CompensationFailed {
		return s != nil && !s.State.Open()
	}
	check(c.t, "retry "+id, c.Sagas.Retry(c.ctx, ref(id)))
	return false
}

// judge compares the ledger of a saga with what there should be.
func (c *chaos[T]) judge(id string) {
	s := c.find(ref(id))
	entries, err := c.Sagas.Entries(c.ctx, ref(id))
	check(c.t, "entries", err)
	var done, undone, emitted, want []string
	for _, e := range entries {
		switch {
		case e.Outcome != saga.Done:
			continue
		case e.Kind == saga.Forward:
			done = append(done, e.Step)
		default:
			undone = append(undone, e.Step)
		}
		emitted = append(emitted, string(e.Kind)+" "+e.Step)
	}
	all := []string{"a", "b", "c", "d", "e"}
	if len(done) > len(all) || !slices.Equal(done, all[:len(done)]) {
		c.t.Errorf("%s: steps %v are done", id, done)
	}
	switch s.State {
	case saga.Completed:
		same(c.t, id+" completed", done, all)
	case saga.Compensated:
		for _, step := range slices.Backward(done) {
			if step != "d" {
				want = append(want, step)
			}
		}
	default:
		c.t.Errorf("%s is %s", id, s.State)
	}
	slices.Sort(undone) // those that were given up come later: order is told by other stories
	slices.Sort(want)
	same(c.t, id+" undone", undone, want)
	var events []string
	for _, rec := range c.emitted("out-" + id) {
		event, err := c.decoder.Decode(rec)
		check(c.t, "decode", err)
		events = append(events, event[0].Data.(orders.OrderCancelled).Reason)
	}
	same(c.t, id+" emitted", events, emitted)
	for _, call := range c.played() {
		if len(call) > 10 {
			c.t.Error(call)
			return
		}
	}
}

package journey

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/evgen/evgen/internal/faults"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/saga"
)

// slot is a place for a process: if one dies the next takes it.
type slot struct {
	part  string
	index int

	mu    sync.Mutex
	child *faults.Child
	lives int
}

func newSlot(part string, index int) *slot { return &slot{part: part, index: index} }

// keep has a process in a slot until all is over.
func (w *world) keep(s *slot) {
	for w.following.Err() == nil {
		child, err := w.start(s)
		if err != nil {
			w.figures.noteLog(err.Error())
			faults.Pause(w.following, 100*time.Millisecond)
			continue
		}
		child.Hear(w.hear)
		w.figures.lives.Add(1)
		faults.Pause(w.following, 20*time.Millisecond)
	}
}

func (w *world) start(s *slot) (*faults.Child, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := w.following.Err(); err != nil {
		return nil, err
	}
	s.lives++
	argument, err := json.Marshal(calling{
		Part: s.part, Name: fmt.Sprintf("%s-%d-%d", s.part, s.index, s.lives), Tampered: w.plan.Tampered,
		Postgres: w.far, File: w.File, NATS: w.NATS.Addresses()[0], Kafka: w.Kafka.Addresses(),
	})
	if err != nil {
		return nil, err
	}
	s.child, err = faults.StartChild(Role, string(argument))
	return s.child, err
}

// hear takes note of what a process says.
func (w *world) hear(line string) {
	quoted, ok := strings.CutPrefix(line, "logged ")
	if !ok {
		return
	}
	text, err := strconv.Unquote(quoted)
	if err != nil {
		text = line
	}
	if strings.Contains(text, projection.ErrFenced.Error()) || strings.Contains(text, saga.ErrFenced.Error()) || strings.Contains(text, "claimed by another worker") {
		w.figures.fenced.Add(1)
	}
	w.figures.noteLog(text)
}

func (s *slot) kill() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.child != nil {
		s.child.Kill()
	}
}

// sleep keeps the process of a slot from doing anything for d, unless it dies.
func (s *slot) sleep(ctx context.Context, d time.Duration) error {
	s.mu.Lock()
	child := s.child
	s.mu.Unlock()
	if child == nil {
		return nil
	}
	if err := child.Halt(); err != nil {
		return err
	}
	faults.Pause(ctx, d)
	return child.Resume()
}

// trouble begins all that plan wants.
func (w *world) trouble(c *faults.Crew) {
	for _, t := range []struct {
		every time.Duration
		make  func()
	}{
		{w.plan.Kills, w.killOne}, {w.plan.Sleeps, w.sleepOne}, {w.plan.Cuts, w.cut},
		{w.plan.Databases, w.killDatabase},
		{w.plan.Brokers, func() { w.killBroker(w.NATS) }}, {w.plan.Brokers, func() { w.killBroker(w.Kafka) }},
	} {
		if t.every > 0 {
			c.Spawn(func() { w.repeat(t.every, t.make) })
		}
	}
}

// repeat makes trouble until the time is up.
func (w *world) repeat(every time.Duration, trouble func()) {
	for {
		faults.Pause(w.troubled, every/2+rand.N(every))
		if w.troubled.Err() != nil {
			return
		}
		trouble()
	}
}

func (w *world) any() *slot { return w.slots[rand.N(len(w.slots))] }

func (w *world) killOne() {
	s := w.any()
	s.kill()
	w.figures.killed(s.part)
}

// sleepOne makes a zombie: when it wakes others have what was its own.
func (w *world) sleepOne() {
	if w.any().sleep(w.following, lease+rand.N(lease)) == nil {
		w.figures.sleeps.Add(1)
	}
}

// cut cuts a link, at a COMMIT more often than not.
func (w *world) cut() {
	if w.proxy.Disarm() {
		w.figures.cuts.Add(1)
	}
	moment := faults.Moments()[rand.N(len(faults.Moments()))]
	if rand.N(3) == 0 {
		w.proxy.Arm(1+rand.N(20), moment)
		return
	}
	w.proxy.ArmCommit(1+rand.N(5), moment)
}

func (w *world) killDatabase() {
	w.Server.Kill()
	w.figures.killed("database")
	faults.Pause(w.troubled, rand.N(500*time.Millisecond))
	for w.Server.Start() != nil && w.following.Err() == nil {
		faults.Pause(w.following, 100*time.Millisecond)
	}
}

func (w *world) killBroker(b Broker) {
	b.Kill()
	w.figures.killed("broker")
	faults.Pause(w.troubled, rand.N(time.Second))
	for b.Start() != nil && w.following.Err() == nil {
		faults.Pause(w.following, 100*time.Millisecond)
	}
}

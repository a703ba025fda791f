package health

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/delivery"
	"github.com/evgen/evgen/runtime/projection"
)

// Store checks that a store can be reached.
func Store(name string, store runtime.Reader) Check {
	return Check{name, func(ctx context.Context) []Fault {
		if _, _, err := store.Head(ctx); err != nil {
			return unreachable(err)
		}
		return nil
	}}
}

func unreachable(err error) []Fault { return []Fault{{"it", "cannot be reached: " + err.Error()}} }

// Bounds say how far behind is too far. Zero values bound nothing.
type Bounds struct {
	// Events is how many may wait.
	Events int64
	// Still is for how long nothing may have moved although something waits.
	Still time.Duration
	// Letters is how many events may be put aside.
	Letters int
}

func (b Bounds) faults(what string, events int64, still time.Duration, letters int) (faults []Fault) {
	if b.Events > 0 && events > b.Events {
		faults = append(faults, Fault{what, fmt.Sprintf("is %d events behind, more than %d", events, b.Events)})
	}
	if b.Still > 0 && still > b.Still {
		faults = append(faults, Fault{what, fmt.Sprintf("has not moved for %s although %d events wait", still.Round(time.Millisecond), events)})
	}
	if b.Letters > 0 && letters > b.Letters {
		faults = append(faults, Fault{what, fmt.Sprintf("has put %d events aside, more than %d", letters, b.Letters)})
	}
	return faults
}

// Projections checks that the live versions in a ledger are kept up to date: that
// somebody has a lease of each shard, that none stands still for a reason, and that
// none is behind the bounds. ids are the projections that count, relays and archives
// among them; none means all. One that is not there is a fault.
func Projections(name string, db projection.Control, store runtime.Reader, bounds Bounds, ids ...string) Check {
	return Check{name, func(ctx context.Context) []Fault {
		head, _, err := store.Head(ctx)
		if err != nil {
			return unreachable(err)
		}
		lags, err := projection.Lag(ctx, db, head)
		if err != nil {
			return unreachable(err)
		}
		return judged(lags, bounds, ids)
	}}
}

func judged(lags []projection.ShardLag, bounds Bounds, ids []string) (faults []Fault) {
	found := map[string]bool{}
	for _, l := range lags {
		if l.Version.State != projection.Live || len(ids) > 0 && !slices.Contains(ids, l.Version.ID) {
			continue
		}
		found[l.Version.ID] = true
		what := fmt.Sprintf("%s shard %d", &l.Version, l.Shard.Index)
		switch {
		case l.Shard.Paused != "":
			faults = append(faults, Fault{what, "stands still: " + l.Shard.Paused})
		case !l.Shard.Leased:
			faults = append(faults, Fault{what, "is nobody's: no runner has a lease"})
		}
		faults = append(faults, bounds.faults(what, int64(l.Events), l.Behind, l.Letters)...)
	}
	for _, id := range ids {
		if !found[id] {
			faults = append(faults, Fault{id, "has no live version"})
		}
	}
	return faults
}

// Lagging is a consumer, as far as it knows how far it is behind.
type Lagging interface {
	Lag(ctx context.Context) ([]delivery.Lag, error)
}

// Consumer checks that the broker and the ledger of a consumer can be reached, and
// that the partitions which this process works on do not stand still and are not
// behind the bounds. A process that has no partition, since others have all, is fine.
func Consumer(name string, c Lagging, bounds Bounds) Check {
	return Check{name, func(ctx context.Context) (faults []Fault) {
		lags, err := c.Lag(ctx)
		if err != nil {
			return unreachable(err)
		}
		for _, l := range lags {
			what := "partition " + l.Partition
			if l.Paused != "" {
				faults = append(faults, Fault{what, "stands still: " + l.Paused})
			}
			faults = append(faults, bounds.faults(what, int64(max(l.Last-l.At, 0)), l.Behind, l.Letters)...)
		}
		return faults
	}}
}

// Task is something that must not end while the process lives: the Run of a runner or
// of a consumer.
type Task struct {
	mu sync.Mutex
	// idle says why it does not run, nil: it does.
	idle error
}

// errNotBegun says that a task has yet to begin, errEnded that it is over without an error.
var (
	errNotBegun = errors.New("it has not begun")
	errEnded    = errors.New("it returned")
)

// NewTask returns a task that has not begun.
func NewTask() *Task { return &Task{idle: errNotBegun} }

// Run runs fn, and notes that it does and how it ended. It returns fn's error.
func (t *Task) Run(ctx context.Context, fn func(ctx context.Context) error) error {
	t.note(nil)
	err := fn(ctx)
	t.note(cmp.Or(err, errEnded))
	return err
}

func (t *Task) note(idle error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.idle = idle
}

// Check checks that the task runs.
func (t *Task) Check(name string) Check {
	return Check{name, func(context.Context) []Fault {
		t.mu.Lock()
		defer t.mu.Unlock()
		if t.idle == nil {
			return nil
		}
		return []Fault{{"it", "does not run: " + t.idle.Error()}}
	}}
}

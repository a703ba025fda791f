package saga

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
)

// Option configures a [Worker].
type Option func(*config)

type config struct {
	owner    string
	workers  int
	lease    time.Duration
	poll     runtime.Poll
	drain    time.Duration
	after    runtime.Position
	logger   *slog.Logger
	observer Observer
}

func newConfig(opts []Option) config {
	host, _ := os.Hostname() // a name for people; the UUID makes it unique
	c := config{
		owner:    fmt.Sprintf("%s/%d/%s", host, os.Getpid(), uuid.NewString()),
		workers:  16,
		lease:    30 * time.Second,
		poll:     runtime.Poll{Min: 2 * time.Millisecond, Max: time.Second},
		drain:    10 * time.Second,
		logger:   slog.Default(),
		observer: nobody{},
	}
	for _, opt := range opts {
		opt(&c)
	}
	return c
}

// WithOwner names the worker in claims. The default is unique, as names must be.
func WithOwner(name string) Option { return func(c *config) { c.owner = name } }

// WithConcurrency bounds how many sagas the worker is at, at once; 16 is the default.
func WithConcurrency(n int) Option { return func(c *config) { c.workers = max(n, 1) } }

// WithLease sets how long a saga stays with a worker that no longer answers; 30 s
// is the default. Claims are prolonged at a third of it: a step may take as long as it needs.
func WithLease(d time.Duration) Option { return func(c *config) { c.lease = d } }

// WithPoll sets how often the database is asked for sagas that are due: after
// p.Min when something has just begun in this process, and more and more seldom,
// up to p.Max, when nothing is there. 2 ms and 1 s are the default: an idle worker
// asks once a second.
func WithPoll(p runtime.Poll) Option { return func(c *config) { c.poll = p } }

// WithDrain sets how long a worker that is told to stop lets steps go on; 10 s
// are the default. Then their contexts end, with [ErrShutdown].
func WithDrain(d time.Duration) Option { return func(c *config) { c.drain = d } }

// StartAfter leaves events up to a position alone: a saga that is added to a store
// with a past would begin for each of them.
func StartAfter(p runtime.Position) Option { return func(c *config) { c.after = p } }

// WithLogger replaces [slog.Default]. No payload and no state is logged.
func WithLogger(l *slog.Logger) Option { return func(c *config) { c.logger = l } }

// WithObserver tells o what happens.
func WithObserver(o Observer) Option { return func(c *config) { c.observer = o } }

// Observer is told what a [Worker] does: for metrics. Its methods are called from
// several goroutines and should be quick.
type Observer interface {
	// Moved is called after each transition.
	Moved(m Moved)
}

// Moved is one transition.
type Moved struct {
	Ref
	// From and To are the saga's states before and after it.
	From, To State
	Entry    Entry
	// Took is the time since the attempt began, with its commit.
	Took time.Duration
}

// StepObserver is an [Observer] that is told of attempts before they are made, too:
// for traces.
type StepObserver interface {
	Observer
	// BeforeStep is called before a method of a step is; the context that it returns is
	// given to the method. The function that it returns is called once, with the
	// outcome. Errors may repeat payload.
	BeforeStep(ctx context.Context, b Beginning) (context.Context, func(error))
}

// Beginning is an attempt that is about to be made.
type Beginning struct {
	Ref
	Step    string
	Kind    Kind
	Attempt int
	// Start is what is known of the event that began the saga, but for its payload.
	Start *runtime.Meta
}

type nobody struct{}

func (nobody) Moved(Moved) {}

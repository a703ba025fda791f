package journey

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/evgen/evgen/internal/faults"
	"github.com/evgen/evgen/runtime/delivery"
	"github.com/evgen/evgen/runtime/pgmodel"
	"github.com/evgen/evgen/runtime/postgres"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/reaction"
	"github.com/evgen/evgen/runtime/saga"
)

// Role is the role, of package faults, of the processes of a journey.
const Role = "part of a journey"

// lease is how long what a process holds stays with it when it no longer answers.
const lease = 1500 * time.Millisecond

// Tampering replaces parts of a process by broken ones: what tests of the judges do.
// Nil leaves the part as it is.
type Tampering struct {
	Sink   func(delivery.Sink) delivery.Sink
	Models func(projection.Database[*pgmodel.Tx]) projection.Database[*pgmodel.Tx]
	Sagas  func(saga.Database[*pgmodel.Tx]) saga.Database[*pgmodel.Tx]
	Append func(reaction.AppendIn[*pgmodel.Tx]) reaction.AppendIn[*pgmodel.Tx]
}

// calling is what a process is told: what it is, and where the others are.
type calling struct {
	Part, Name   string
	Postgres     string
	File         string
	NATS         string
	Kafka        []string
	Tampered     string
	logger       *slog.Logger
	tamperedWith Tampering
}

// Play is a process of a journey, until it is killed, or cannot go on: why, it tells
// those who started it. Tampered returns what a [Plan] means by the name of a tampering.
func Play(argument string, tampered func(name string) Tampering) error {
	c := calling{logger: slog.New(tattler{})}
	if err := json.Unmarshal([]byte(argument), &c); err != nil {
		return err
	}
	c.tamperedWith = tampered(c.Tampered)
	ctx, cancel := context.WithCancelCause(context.Background())
	go func() { cancel(breathe(ctx)) }()
	play := map[string]func(context.Context) error{relaying: c.relay, consuming: c.consume, working: c.work}[c.Part]
	if play == nil {
		return fmt.Errorf("there is no part %q", c.Part)
	}
	if err := play(ctx); err != nil && ctx.Err() == nil {
		c.logger.ErrorContext(ctx, "a process could not go on", slog.Any("error", err))
	}
	return context.Cause(ctx)
}

// The parts.
const (
	relaying  = "relay"
	consuming = "consumer"
	working   = "worker"
)

// breathe writes now and then, so that a process does not outlive those who listen.
func breathe(ctx context.Context) error {
	for ctx.Err() == nil {
		if _, err := fmt.Fprintln(os.Stdout, "alive"); err != nil {
			return err
		}
		faults.Pause(ctx, time.Second)
	}
	return nil
}

// tattler tells the parent what is logged.
type tattler struct{}

var _ slog.Handler = tattler{}

// Enabled implements [slog.Handler].
func (tattler) Enabled(_ context.Context, l slog.Level) bool { return l >= slog.LevelWarn }

// Handle implements [slog.Handler].
func (tattler) Handle(_ context.Context, r slog.Record) error {
	text := r.Message
	r.Attrs(func(a slog.Attr) bool {
		if a.Key == "error" {
			text += ": " + a.Value.String()
		}
		return true
	})
	_, err := fmt.Fprintf(os.Stdout, "logged %q\n", text)
	return err
}

// WithAttrs implements [slog.Handler].
func (t tattler) WithAttrs([]slog.Attr) slog.Handler { return t }

// WithGroup implements [slog.Handler].
func (t tattler) WithGroup(string) slog.Handler { return t }

// database opens what most parts need.
func (c *calling) database(ctx context.Context) (store *postgres.Store, models *pgmodel.DB, err error) {
	if store, err = postgres.Open(ctx, c.Postgres, postgres.WithLogger(c.logger)); err != nil {
		return nil, nil, err
	}
	models, err = pgmodel.Open(ctx, c.Postgres)
	return store, models, err
}

// runner runs projections over the store.
func (c *calling) runner(store *postgres.Store, models *pgmodel.DB, all ...projection.Projection[*pgmodel.Tx]) (*projection.Runner[*pgmodel.Tx], error) {
	known, err := registry()
	if err != nil {
		return nil, err
	}
	return projection.NewRunner(store, c.models(models), known, all, append(c.quick(), projection.WithShards(shards))...)
}

func (c *calling) models(db *pgmodel.DB) projection.Database[*pgmodel.Tx] {
	if c.tamperedWith.Models == nil {
		return db
	}
	return c.tamperedWith.Models(db)
}

// shards is how many a relay, a reaction and what begins sagas have.
const shards = 2

// quick are options of runners under which faults do not take long to be over.
func (c *calling) quick() []projection.Option {
	return []projection.Option{
		projection.WithLease(lease), projection.WithPoll(100 * time.Millisecond), projection.WithLogger(c.logger),
		projection.WithRetries(projection.Retries{Attempts: 1000, Base: 20 * time.Millisecond, Max: 3 * time.Second}),
	}
}

// all runs several at once until one of them fails.
func all(ctx context.Context, runs ...func(context.Context) error) error {
	failed := make(chan error, len(runs))
	for _, run := range runs {
		go func() { failed <- run(ctx) }()
	}
	return <-failed
}

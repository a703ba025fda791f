package delivery

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

// Consumer gives the messages of a broker their effect in a database, once and in
// the order of each stream. T is the type of the database's transactions.
//
// Any number of processes may run one consumer: the broker shares the partitions out
// among them, and a lease in the database makes sure that one of them reads each. In
// the ledger a partition is a projection of the name "<consumer>.<partition>": its
// lag, leases and dead letters are where those of read models are. It has one
// version for ever: a consumer cannot be rebuilt, since brokers forget.
type Consumer[T any] struct {
	config
	source     Source
	db         projection.Database[T]
	decoder    *runtime.Registry
	projection projection.Projection[T]
	types      map[string]bool
	// stored are the types as they are stored.
	stored []string

	mu      sync.Mutex
	working map[string]*inflow
	// unheard says why this process takes no part.
	unheard error
}

// NewConsumer checks what it is given and starts nothing. p says what is done with
// which events, as for a read model; its ID names the consumer, its Digest does not
// count, and the ordering key is the stream.
func NewConsumer[T any](source Source, db projection.Database[T], decoder *runtime.Registry, p projection.Projection[T], opts ...Option) (*Consumer[T], error) {
	c := &Consumer[T]{config: newConfig(opts), source: source, db: db, decoder: decoder, projection: p, types: map[string]bool{}, working: map[string]*inflow{}}
	if len(p.Types) == 0 {
		return nil, fmt.Errorf("consumer %s handles no events", p.ID)
	}
	if p.Key != nil {
		return nil, fmt.Errorf("consumer %s has an ordering key of its own: brokers keep the order of streams", p.ID)
	}
	for _, t := range p.Types {
		event := decoder.Event(t)
		if event == nil {
			return nil, fmt.Errorf("consumer %s: event type %q is in no schema", p.ID, t)
		}
		c.types[event.Type] = true
	}
	var err error
	if c.stored, err = decoder.StoredTypes(p.Types...); err != nil {
		return nil, fmt.Errorf("consumer %s: %w", p.ID, err)
	}
	return c, nil
}

// Run consumes until ctx ends; then it fetches no more, commits what it has, within
// the time of [WithDrain], and returns nil. What fails for reasons that pass is tried
// again, also at the start. An error means that it cannot go on: the source refuses; the
// connection to the broker is closed for good: [ErrConnectionClosed]; the broker has
// dropped messages before they were read: [runtime.ErrRetentionGap]; or offsets mean
// other messages, since the stream or topic was made anew, has lost its end, or is read
// by other filters: [runtime.ErrStoreRewound]. The way out of the last two is [Restart].
// Filters that keep out what is handled are a *[FilterError].
func (c *Consumer[T]) Run(ctx context.Context) error {
	if advice := adviceOf(c.source); advice != "" {
		c.logger.WarnContext(ctx, advice, slog.String("consumer", c.projection.ID))
	}
	if err := projection.Insist(ctx, c.db.Transient, c.logger, c.prepare); err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return fmt.Errorf("run consumer %s: %w", c.projection.ID, err)
	}
	following, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	err := c.follow(following, cancel)
	if cause := context.Cause(following); err == nil && ctx.Err() == nil && cause != nil {
		err = cause
	}
	if err != nil {
		return fmt.Errorf("run consumer %s: %w", c.projection.ID, err)
	}
	return nil
}

// follow takes part in consuming until ctx ends, for which partitions call end. A broker
// that is not there is waited for.
func (c *Consumer[T]) follow(ctx context.Context, end context.CancelCauseFunc) error {
	for failures := 0; ; failures++ {
		err := c.source.Reach(ctx)
		if ctx.Err() != nil {
			return nil
		}
		c.apart(err)
		switch {
		case err == nil:
			return c.source.Follow(ctx, c.projection.ID, func(ctx context.Context, p Partition) {
				if err := c.work(ctx, p); err != nil {
					end(err)
				}
			})
		case !errors.Is(err, projection.ErrUnavailable):
			return err
		}
		c.logger.WarnContext(ctx, "taking part in consuming failed, trying again", slog.String("consumer", c.projection.ID), slog.Any("error", err))
		if wait(ctx, backoff(failures)) != nil {
			return nil
		}
	}
}

// apart notes why this process takes no part in consuming; nil: it does.
func (c *Consumer[T]) apart(reason error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.unheard = reason
}

// prepare makes the handler's tables, and views of them. They are the consumer's,
// whose version has no shards.
func (c *Consumer[T]) prepare(ctx context.Context) error {
	if err := c.db.Setup(ctx); err != nil {
		return fmt.Errorf("set up the ledger: %w", err)
	}
	home := projection.Version{ID: c.projection.ID, Number: 1, Digest: projection.ConsumerDigest, State: projection.Building, Tables: c.projection.Handler.Tables()}
	return c.db.Transact(ctx, home, func(tx T, l projection.Ledger) error {
		if err := l.Lock(ctx, home.ID); err != nil {
			return err
		}
		versions, err := l.Versions(ctx, home.ID)
		switch {
		case err != nil:
			return err
		case len(versions) > 0 && !versions[0].Consumes():
			return fmt.Errorf("%s is the name of a read model already", home.ID)
		case len(versions) > 0:
			return nil
		}
		return c.create(ctx, tx, l, home)
	})
}

func (c *Consumer[T]) create(ctx context.Context, tx T, l projection.Ledger, home projection.Version) error {
	added, err := l.AddVersion(ctx, home, 1)
	if err != nil {
		return err
	}
	if err := l.ReplaceShards(ctx, added, nil); err != nil {
		return err
	}
	if err := c.projection.Handler.Create(ctx, tx); err != nil {
		return fmt.Errorf("create tables: %w", err)
	}
	added.State, added.Loaded = projection.Live, true
	if err := l.SaveVersion(ctx, added); err != nil {
		return err
	}
	return l.Publish(ctx, added)
}

// work consumes one partition until ctx ends, or it is not what it was.
func (c *Consumer[T]) work(ctx context.Context, p Partition) error {
	in := &inflow{config: &c.config, partition: p, id: c.partitionID(p), decoder: c.decoder, stored: c.stored, gone: make(chan error, 1)}
	runner, err := c.runnerOf(in)
	if err != nil {
		return err
	}
	c.enter(p.Name(), in)
	defer c.leave(p.Name())
	running, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	var others sync.WaitGroup
	defer others.Wait()
	defer cancel(nil)
	others.Add(2)
	go func() {
		defer others.Done()
		select {
		case <-ctx.Done():
			c.drain(running, in)
		case <-running.Done():
		}
		cancel(nil)
	}()
	go func() {
		defer others.Done()
		if err := in.watch(running); err != nil {
			cancel(err)
		}
	}()
	c.run(running, in, runner)
	if cause := context.Cause(running); final(cause) {
		return cause
	}
	return nil
}

// run runs a partition until ctx ends, also where the broker or the database cannot
// be reached at first.
func (c *Consumer[T]) run(ctx context.Context, in *inflow, runner *projection.Runner[T]) {
	for failures := 0; ctx.Err() == nil; failures++ {
		err := runner.Run(ctx)
		if err == nil {
			return
		}
		in.report(err)
		c.logger.WarnContext(ctx, "consuming failed, trying again", in.attrs(slog.Any("error", err))...)
		_ = wait(ctx, backoff(failures))
	}
}

func (c *Consumer[T]) drain(running context.Context, in *inflow) {
	within, cancel := context.WithTimeout(running, c.config.drain)
	defer cancel()
	in.drain(within)
}

// runnerOf returns the runner of one partition, which has one shard.
func (c *Consumer[T]) runnerOf(in *inflow) (*projection.Runner[T], error) {
	partition := projection.Projection[T]{
		ID: in.id, Digest: projection.ConsumerDigest,
		Handler: &intake[T]{
			consumer: c.projection.ID, inner: c.projection.Handler, types: c.types,
			decoder: c.decoder, format: c.format, sparse: c.sparse, timeout: c.timeout,
			bad: c.bad, logger: c.logger, recall: &in.recall,
		},
	}
	opts := append(append([]projection.Option{}, c.config.runner...),
		projection.WithShards(1), projection.WithObserver(in), projection.WithLogger(c.logger),
		projection.WithBatching(projection.Batching{Facts: c.window, Bytes: maxBatch, Time: maxRead}))
	return projection.NewRunner(in, c.db, c.decoder, []projection.Projection[T]{partition}, opts...)
}

// partitionID is the name of a partition in the ledger.
func (c *Consumer[T]) partitionID(p Partition) string { return c.projection.ID + "." + p.Name() }

func (c *Consumer[T]) enter(name string, in *inflow) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.working[name] = in
}

func (c *Consumer[T]) leave(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.working, name)
}

// Lag says how far a consumer is behind in a partition.
type Lag struct {
	Partition string
	// At is the offset up to which effects are committed, Last the broker's newest.
	At, Last Offset
	// Letters is how many events are put aside.
	Letters int
	// Behind is for how long the offset has not moved although there is something to
	// come, by this machine's clock; 0 if there is not.
	Behind time.Duration
	// Paused says why nothing moves; empty if all is well.
	Paused string
}

// Lag returns how far this process is behind in the partitions that it works on. It
// fails where the broker or the database cannot be reached, or has no such topic.
func (c *Consumer[T]) Lag(ctx context.Context) ([]Lag, error) {
	c.mu.Lock()
	unheard := c.unheard
	partitions := make([]Partition, 0, len(c.working))
	for _, name := range slices.Sorted(maps.Keys(c.working)) {
		partitions = append(partitions, c.working[name].partition)
	}
	c.mu.Unlock()
	if unheard != nil {
		return nil, fmt.Errorf("lag of consumer %s: %w", c.projection.ID, unheard)
	}
	var lags []Lag
	for _, p := range partitions {
		lag, err := c.lag(ctx, p)
		if err != nil {
			return nil, fmt.Errorf("lag of consumer %s in %s: %w", c.projection.ID, p.Name(), err)
		}
		lags = append(lags, lag)
	}
	return lags, nil
}

func (c *Consumer[T]) lag(ctx context.Context, p Partition) (Lag, error) {
	b, err := p.Bounds(ctx)
	if err != nil {
		return Lag{}, err
	}
	lag := Lag{Partition: p.Name(), Last: b.Last}
	id := c.partitionID(p)
	err = c.db.Ledger(ctx, func(l projection.Ledger) error {
		shards, err := l.Shards(ctx, projection.Version{ID: id, Number: 1})
		if err != nil {
			return err
		}
		for i := range shards {
			lag.At, lag.Paused = max(Offset(shards[i].Position), 0), shards[i].Paused
			if lag.At < lag.Last {
				lag.Behind = max(time.Since(shards[i].UpdatedAt), 0)
			}
		}
		waiting, err := l.Waiting(ctx, projection.Version{ID: id, Number: 1})
		for _, w := range waiting {
			lag.Letters += w.Letters
		}
		return err
	})
	return lag, err
}

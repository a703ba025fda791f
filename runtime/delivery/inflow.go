package delivery

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"sync"
	"time"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

// inflow lets a runner read a partition as if it were a store. Positions are
// offsets, and the log ends where the feed has come to: what the broker has beyond
// does not exist yet, nor does what comes while a transaction is under way, unless it
// is enough for a full one. Transactions of whatever has come were small ones, and what
// each costs, whatever its size, is more than all their messages.
//
// Two goroutines live from Begin to End, which waits for them: one fetches and decodes
// ahead of the reader, the other settles behind it.
type inflow struct {
	*config
	partition Partition
	// id is that of the partition in the ledger.
	id      string
	decoder runtime.Decoder
	// stored are the types that are handled, as they are stored.
	stored []string
	// gone takes the error that says why nobody may go on.
	gone chan error

	// carrier and decoded are of the goroutine that fetches.
	carrier carrier
	decoded []runtime.Record
	// taken and unread are of the reader: what it took out of the queue, all that was there
	// at once, and the rest of that. Its memory is the next queue.
	taken, unread []runtime.Record
	// recall is of the goroutine that applies.
	recall recall

	mu sync.Mutex
	// queue holds what was fetched and not taken; all up to through has been fetched.
	queue   []runtime.Record
	queued  int // bytes of payload in it
	through Offset
	// arrived is the last message that was fetched. The log ends at shown, and the last
	// message up to there is newest; hidden is how many come behind it.
	arrived, shown, newest Offset
	hidden                 int
	open                   bool
	// version is that of the lease under which it is open.
	version projection.Version
	// openings counts Begin: through may then be less than it was.
	openings int
	// ended says that no more is fetched.
	ended bool
	// settled is how far effects are committed, and which messages were put aside.
	settled Offset
	parked  []Offset
	changed runtime.Signal

	running sync.WaitGroup
	stop    context.CancelFunc
}

var (
	_ projection.LeasedSource = (*inflow)(nil)
	_ projection.Watcher      = (*inflow)(nil)
	_ projection.WorkObserver = (*inflow)(nil)
)

// Head implements [runtime.Reader].
func (f *inflow) Head(ctx context.Context) (runtime.Position, runtime.Incarnation, error) {
	b, err := f.partition.Bounds(ctx)
	if err != nil {
		return 0, "", fmt.Errorf("bounds of partition %s: %w", f.partition.Name(), err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.open {
		return runtime.Position(f.shown), b.incarnation(), nil
	}
	return runtime.Position(b.Last), b.incarnation(), nil
}

// Begin implements [projection.LeasedSource]: it opens the feed behind the checkpoint.
func (f *inflow) Begin(ctx context.Context, l *projection.Lease) error {
	at, err := f.start(ctx, Offset(l.Shard.Position))
	if err != nil {
		f.report(err)
		return err
	}
	feed, err := f.partition.Open(ctx, at)
	if err != nil {
		return fmt.Errorf("open partition %s: %w", f.partition.Name(), err)
	}
	f.mu.Lock()
	f.carrier = carrier{format: f.format, partition: f.partition.Name()}
	f.taken, f.unread = nil, nil
	f.recall.forget()
	f.queue, f.queued, f.through, f.open, f.settled, f.parked, f.version = nil, 0, at, true, at, nil, l.Version
	f.hidden, f.arrived, f.shown, f.newest = 0, at, at, at
	f.openings++
	f.mu.Unlock()
	ctx, f.stop = context.WithCancel(context.WithoutCancel(ctx))
	f.running.Add(1)
	go func() {
		defer f.running.Done()
		f.run(ctx, feed)
	}()
	return nil
}

// End implements [projection.LeasedSource].
func (f *inflow) End(*projection.Lease) {
	if f.stop == nil {
		return
	}
	f.stop()
	f.running.Wait()
	f.mu.Lock()
	f.open, f.queue, f.taken, f.unread = false, nil, nil, nil
	f.mu.Unlock()
}

// report ends the consumer if err is final.
func (f *inflow) report(err error) {
	if !final(err) {
		return
	}
	select {
	case f.gone <- err:
	default: // it is known
	}
}

// run moves messages until ctx ends. A feed that fails is replaced by one that
// goes on where it was.
func (f *inflow) run(ctx context.Context, feed Feed) {
	for failures := 0; ; failures++ {
		before := f.fetched()
		err := f.serve(ctx, feed)
		if ctx.Err() != nil {
			return
		}
		if f.fetched() > before {
			failures = 0
		}
		f.standing(err)
		for feed = nil; feed == nil; failures++ {
			f.report(err)
			f.logger.WarnContext(ctx, "reading from the broker failed, trying again", f.attrs(slog.Any("error", err))...)
			if wait(ctx, backoff(failures)) != nil {
				return
			}
			feed, err = f.partition.Open(ctx, f.fetched())
		}
	}
}

// standing tells the observer of a message that nobody may pass.
func (f *inflow) standing(err error) {
	var unreadable *UnreadableError
	if !errors.As(err, &unreadable) {
		return
	}
	f.mu.Lock()
	v := f.version
	f.mu.Unlock()
	f.observer.Stopped(v, 0, err)
}

// serve fetches and settles until one of both fails, then it closes the feed.
func (f *inflow) serve(ctx context.Context, feed Feed) error {
	ctx, cancel := context.WithCancel(ctx)
	failed := make(chan error, 1)
	go func() {
		failed <- f.settle(ctx, feed)
		cancel()
	}()
	err := f.fetch(ctx, feed)
	cancel()
	return errors.Join(err, <-failed, feed.Close())
}

// fetch fills the queue, no more than a window ahead of what is settled.
func (f *inflow) fetch(ctx context.Context, feed Feed) error {
	for {
		room, err := f.room(ctx)
		if err != nil {
			return nil
		}
		b, err := feed.Fetch(ctx, room)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		b, err = f.readable(b)
		f.enqueue(b)
		if err != nil {
			return err
		}
	}
}

func (f *inflow) enqueue(b Batch) {
	f.decoded = f.decoded[:0]
	bytes := 0
	for i := range b.Deliveries {
		f.decoded = append(f.decoded, f.carrier.carry(&b.Deliveries[i]))
		bytes += len(b.Deliveries[i].Data)
	}
	f.mu.Lock()
	f.queue = append(f.queue, f.decoded...)
	f.queued += bytes
	if n := len(b.Deliveries); n > 0 {
		f.hidden, f.arrived = f.hidden+n, b.Deliveries[n-1].Offset
	}
	f.through = max(f.through, b.Through)
	f.show()
	f.mu.Unlock()
	f.changed.Notify()
}

// show lets the log end where the feed has come to, if it is time; the lock is held.
func (f *inflow) show() {
	if idle := f.settled >= f.newest; !idle && f.roomy() && f.hidden < f.window && !f.ended {
		return
	}
	f.hidden, f.shown, f.newest = 0, f.through, f.arrived
}

// room blocks until less than a window waits to be read, and less than a batch's
// payload, and returns how many messages there is room for: so many that one batch
// takes all that waits, and leaves no small rest to a transaction of its own.
func (f *inflow) room(ctx context.Context) (n int, err error) {
	err = f.until(ctx, func() bool {
		n = f.window - len(f.queue)
		return f.roomy() && !f.ended
	})
	return n, err
}

// roomy reports whether more may be fetched; the lock is held.
func (f *inflow) roomy() bool { return len(f.queue) < f.window && f.queued < maxBatch }

// settle tells the broker of what is committed, as it comes, and at last once more.
func (f *inflow) settle(ctx context.Context, feed Feed) error {
	var told Offset
	f.mu.Lock()
	told = f.settled
	f.mu.Unlock()
	for {
		ended := f.until(ctx, func() bool { return f.settled > told })
		f.mu.Lock()
		through, parked := f.settled, f.parked
		f.parked = nil
		f.mu.Unlock()
		if through > told {
			within, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleWait)
			err := feed.Settle(within, through, parked)
			cancel()
			if err != nil {
				return fmt.Errorf("settle up to %d: %w", through, err)
			}
			told = through
		}
		if ended != nil {
			return nil
		}
	}
}

// settleWait bounds how long a broker is waited for that does not confirm.
const settleWait = 5 * time.Second

// until blocks until done, which is asked under the lock, or until ctx ends.
func (f *inflow) until(ctx context.Context, done func() bool) error {
	for {
		changed := f.changed.Changed()
		f.mu.Lock()
		ok := done()
		f.mu.Unlock()
		if ok {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-changed:
		}
	}
}

func (f *inflow) fetched() Offset {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.through
}

// Watch implements [projection.Watcher].
func (f *inflow) Watch(ctx context.Context, after runtime.Position) iter.Seq2[runtime.Position, error] {
	return func(yield func(runtime.Position, error) bool) {
		for at, opening := after, 0; ; {
			err := f.until(ctx, func() bool {
				if !f.open || runtime.Position(f.shown) == at && f.openings == opening {
					return false
				}
				at, opening = runtime.Position(f.shown), f.openings
				return true
			})
			if !yield(at, err) || err != nil {
				return
			}
		}
	}
}

// ReadAll implements [runtime.Reader] for who asks whether the log reaches up to a
// checkpoint: there is nothing to read, and an error if it does not.
func (f *inflow) ReadAll(ctx context.Context, after runtime.Position, _ runtime.Filter) iter.Seq2[runtime.Record, error] {
	return func(yield func(runtime.Record, error) bool) {
		b, err := f.partition.Bounds(ctx)
		if err == nil {
			err = f.receded(b, Offset(after))
		}
		if err != nil {
			yield(runtime.Record{}, err)
		}
	}
}

// Subscribe implements [runtime.Subscriber] for one reader, who reads everything
// once and in order, up to a bound that Head or Watch have told.
func (f *inflow) Subscribe(ctx context.Context, _ runtime.Position, filter runtime.Filter) iter.Seq2[runtime.Record, error] {
	return func(yield func(runtime.Record, error) bool) {
		for {
			if err := f.take(ctx, Offset(filter.Until)); err != nil {
				yield(runtime.Record{}, err)
				return
			}
			if len(f.unread) == 0 || f.unread[0].Position > filter.Until {
				return
			}
			rec := f.unread[0]
			f.unread[0] = runtime.Record{} // so that its payload is not kept
			f.unread = f.unread[1:]
			if !yield(rec, nil) {
				return
			}
		}
	}
}

// take takes all that is in the queue, once what was taken before has been read. It
// blocks until there is something, or nothing more up to a bound. To take messages one
// by one woke whoever fetches for each of them.
func (f *inflow) take(ctx context.Context, bound Offset) error {
	if len(f.unread) > 0 {
		return nil
	}
	if err := f.until(ctx, func() bool { return len(f.queue) > 0 || f.through >= bound }); err != nil {
		return err
	}
	f.mu.Lock()
	f.taken, f.queue, f.queued = f.queue, f.taken[:0], 0
	f.mu.Unlock()
	f.unread = f.taken
	f.changed.Notify()
	return nil
}

// Applied implements [projection.Observer].
func (f *inflow) Applied(a projection.Applied) {
	if a.Facts > 0 { // else the transaction was none of records, and says nothing of one before
		f.recall.committed()
	}
	f.mu.Lock()
	f.settled = max(f.settled, Offset(a.Position))
	a.Head = max(a.Head, runtime.Position(f.through))
	f.show()
	for _, at := range a.Failed {
		f.parked = append(f.parked, Offset(at))
	}
	f.mu.Unlock()
	f.changed.Notify()
	f.observer.Applied(a)
}

// Stopped implements [projection.Observer].
func (f *inflow) Stopped(v projection.Version, shard int, err error) {
	f.report(err)
	f.observer.Stopped(v, shard, err)
}

// BeforeWork implements [projection.WorkObserver].
func (f *inflow) BeforeWork(ctx context.Context, w projection.Work) (context.Context, func(error)) {
	if o, ok := f.observer.(projection.WorkObserver); ok {
		return o.BeforeWork(ctx, w)
	}
	return ctx, func(error) {}
}

// Retried implements [projection.RetryObserver].
func (f *inflow) Retried(r projection.Retried) {
	if o, ok := f.observer.(projection.RetryObserver); ok {
		o.Retried(r)
	}
}

// drain fetches no more and blocks until what was fetched is committed, or ctx ends.
func (f *inflow) drain(ctx context.Context) {
	f.mu.Lock()
	f.ended = true
	f.show()
	f.mu.Unlock()
	_ = f.until(ctx, func() bool { return !f.open || f.settled >= f.through })
}

func (f *inflow) attrs(more ...any) []any {
	return append([]any{slog.String("partition", f.partition.Name())}, more...)
}

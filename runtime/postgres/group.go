package postgres

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/evgen/evgen/runtime"
)

// group gathers concurrent appends into common statements. Whoever finds no
// leader leads: it sends what is queued by then; the time of its statement is
// that in which the next group gathers. A lone appender meets no delay.
//
// Nobody pays for company: what cannot be had together is had alone. A batch
// that is large, repeats a command, or whose stream another transaction holds,
// and all of a group of which one has spoilt the statements, are sent again on
// connections of their own. The lead of one who is alone ends while it waits for a
// stream that another transaction holds.
type group struct {
	store  *Store
	writer *writer
	linger time.Duration
	// lead holds a token while a statement is under way.
	lead chan struct{}
	// calls counts appends and the groups they form.
	calls sync.WaitGroup

	mu      sync.Mutex
	queue   []*request
	closed  bool
	company int           // how many are expected to come: those of the last statement, and who queued meanwhile
	took    time.Duration // by the last statement
	full    chan struct{} // closed when the queue has reached company, nil if nobody waits for it
}

// Limits of a group, so that nobody waits long for others' bytes.
const (
	maxGroup      = 128
	maxGroupBytes = 256 << 10
	maxTogether   = 32 << 10 // payload of one batch, in bytes
	maxBatch      = 64       // events of one batch
)

// groupWait is how long a common statement waits for a stream that another
// transaction holds. Whose stream it is then waits alone.
const groupWait = 20 * time.Millisecond

// grace is how long an append whose context has ended waits for its true outcome.
const grace = 2 * time.Second

// request is one append in the queue.
type request struct {
	ctx   context.Context
	batch *runtime.Batch
	bytes int
	// taken is set by whoever decides its fate: a leader who takes it, or its
	// own caller who withdraws it.
	taken atomic.Bool
	done  chan struct{}
	out   runtime.Appended
	err   error
}

// errGoAlone is the outcome of a request that its caller has to send again.
var errGoAlone = errors.New("to be sent alone")

func newGroup(s *Store, w *writer) *group {
	return &group{store: s, writer: w, linger: s.config.linger, lead: make(chan struct{}, 1)}
}

func (g *group) append(ctx context.Context, b *runtime.Batch) (runtime.Appended, error) {
	if !g.enter() {
		return runtime.Appended{}, runtime.ErrClosed
	}
	defer g.calls.Done()
	size := payload(b)
	if size > maxTogether || len(b.Records) > maxBatch {
		return g.alone(ctx, b)
	}
	r := &request{ctx: ctx, batch: b, bytes: size, done: make(chan struct{})}
	g.enqueue(r)
	out, err := g.await(ctx, r)
	if errors.Is(err, errGoAlone) {
		return g.alone(ctx, b)
	}
	return out, err
}

// await waits for r's outcome, leading whenever nobody else does.
func (g *group) await(ctx context.Context, r *request) (runtime.Appended, error) {
	for {
		select {
		case <-r.done:
			return r.out, r.err
		case g.lead <- struct{}{}:
			g.serve(ctx, r)
		case <-ctx.Done():
			if r.taken.CompareAndSwap(false, true) {
				return runtime.Appended{}, ctx.Err()
			}
			return r.outcome(ctx)
		}
	}
}

// outcome is that of a request which was sent and whose context has ended.
func (r *request) outcome(ctx context.Context) (runtime.Appended, error) {
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case <-r.done:
		if errors.Is(r.err, errGoAlone) {
			return runtime.Appended{}, ctx.Err()
		}
		return r.out, r.err
	case <-timer.C:
		return runtime.Appended{}, unknown(r.batch, ctx.Err())
	}
}

func payload(b *runtime.Batch) (bytes int) {
	for i := range b.Records {
		bytes += len(b.Records[i].Data)
	}
	return bytes
}

// enter counts a call, unless the store is closed.
func (g *group) enter() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return false
	}
	g.calls.Add(1)
	return true
}

// close refuses further appends and waits for those under way.
func (g *group) close() {
	g.mu.Lock()
	g.closed = true
	g.mu.Unlock()
	g.calls.Wait()
}

func (g *group) enqueue(r *request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.queue = append(g.queue, r)
	if g.full != nil && len(g.queue) >= g.company {
		close(g.full)
		g.full = nil
	}
}

// take removes from the queue what goes together: of each stream the first.
func (g *group) take() []*request {
	g.mu.Lock()
	defer g.mu.Unlock()
	var members, left []*request
	streams := make(map[runtime.StreamID]bool, len(g.queue))
	bytes := 0
	for _, r := range g.queue {
		switch {
		case len(members) == maxGroup, bytes+r.bytes > maxGroupBytes, streams[r.batch.Stream]:
			if !r.taken.Load() {
				left = append(left, r)
			}
		case r.taken.CompareAndSwap(false, true):
			members = append(members, r)
			streams[r.batch.Stream] = true
			bytes += r.bytes
		}
	}
	g.queue = left
	return members
}

// serve leads, and gives up the lead when the statement is through. With company
// that is a goroutine's matter, so that the leader's context ends nobody else's append.
func (g *group) serve(ctx context.Context, own *request) {
	if own.taken.Load() {
		<-g.lead
		return
	}
	g.gather()
	members := g.take()
	if len(members) == 1 && members[0] == own {
		giveUp := sync.OnceFunc(func() { <-g.lead })
		timer := time.AfterFunc(groupWait, giveUp)
		g.together(ctx, "", members)
		timer.Stop()
		giveUp()
		return
	}
	slices.SortFunc(members, inOrder)
	g.calls.Add(1)
	go func() {
		defer g.calls.Done()
		ctx, cancel := whileWanted(members)
		defer cancel()
		g.together(ctx, groupWait.String(), members)
		<-g.lead
	}()
}

// gather waits until those are back who were there when the last statement ended,
// for the length of the linger and half of that statement's at most.
func (g *group) gather() {
	g.mu.Lock()
	linger := min(g.linger, g.took/2)
	if linger == 0 || len(g.queue) >= g.company {
		g.mu.Unlock()
		return
	}
	full := make(chan struct{})
	g.full = full
	g.mu.Unlock()
	timer := time.NewTimer(linger)
	defer timer.Stop()
	select {
	case <-full:
	case <-timer.C:
	}
}

// expect notes how a statement of so many members went.
func (g *group) expect(members int, took time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.company, g.took = members+len(g.queue), took
}

// whileWanted returns a context that ends when those of all members have.
func whileWanted(members []*request) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(members[0].ctx))
	var wanted atomic.Int64
	wanted.Store(int64(len(members)))
	stops := make([]func() bool, 0, len(members))
	for _, r := range members {
		stops = append(stops, context.AfterFunc(r.ctx, func() {
			if wanted.Add(-1) == 0 {
				cancel()
			}
		}))
	}
	return ctx, func() {
		for _, stop := range stops {
			stop()
		}
		cancel()
	}
}

// inOrder sorts requests by stream, so that groups of several processes that wait
// for each other's streams are no deadlock.
func inOrder(a, b *request) int {
	return strings.Compare(a.batch.Stream.String(), b.batch.Stream.String())
}

// together sends members in one round trip and gives each its outcome.
func (g *group) together(ctx context.Context, wait string, members []*request) {
	batches := make([]*runtime.Batch, len(members))
	for i, r := range members {
		batches[i] = r.batch
	}
	start := time.Now()
	verdicts, err := g.attempt(ctx, wait, batches...)
	g.expect(len(members), time.Since(start))
	var lost *lostError
	switch {
	case err == nil:
		for i, r := range members {
			r.out, r.err = verdicts[i].forMember(r.batch)
		}
	case errors.As(err, &lost):
		g.resolve(ctx, lost, members)
	case errors.Is(err, runtime.ErrClosed), errors.Is(err, ErrUnreachable):
		for _, r := range members {
			r.err = err
		}
	default:
		for _, r := range members {
			r.err = errGoAlone
		}
	}
	for _, r := range members {
		close(r.done)
	}
}

// forMember is settle where what has to be looked at again goes alone.
func (v verdict) forMember(b *runtime.Batch) (runtime.Appended, error) {
	if v.known {
		return runtime.Appended{}, errGoAlone
	}
	out, err := v.settle(b)
	if errors.Is(err, errRaced) || errors.Is(err, errNotWritten) {
		return out, errGoAlone
	}
	return out, err
}

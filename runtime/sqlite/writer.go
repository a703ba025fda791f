package sqlite

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/evgen/evgen/runtime"
)

// writer gathers concurrent appends into common transactions, without a
// goroutine of its own: whoever finds no leader leads, takes the write lock, and
// commits for all who are queued by then; the others wait, ready to lead next.
// The fsync of one commit is the time in which the next group gathers; a lone
// appender meets no delay.
type writer struct {
	conn *conn
	now  func() time.Time
	// lead holds a token while somebody leads, or has the connection otherwise.
	lead chan struct{}

	mu     sync.Mutex
	queue  []*request
	closed bool
}

// request is one append in the queue.
type request struct {
	batch *runtime.Batch
	// taken is set by whoever decides its fate: a leader who takes it, or its
	// own caller who withdraws it.
	taken atomic.Bool
	done  chan struct{}
	out   runtime.Appended
	err   error
}

func newWriter(c *conn, now func() time.Time) *writer {
	return &writer{conn: c, now: now, lead: make(chan struct{}, 1)}
}

func (w *writer) append(ctx context.Context, batch *runtime.Batch) (runtime.Appended, error) {
	r := &request{batch: batch, done: make(chan struct{})}
	if err := w.enqueue(r); err != nil {
		return runtime.Appended{}, err
	}
	var failed error
	select {
	case <-r.done:
	case w.lead <- struct{}{}:
		failed = w.serve(ctx, r)
		<-w.lead
	case <-ctx.Done():
		failed = ctx.Err()
	}
	if failed != nil && r.taken.CompareAndSwap(false, true) {
		return runtime.Appended{}, failed
	}
	<-r.done
	return r.out, r.err
}

func (w *writer) enqueue(r *request) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return runtime.ErrClosed
	}
	w.queue = append(w.queue, r)
	return nil
}

// take empties the queue, leaving out what was withdrawn.
func (w *writer) take() []*request {
	w.mu.Lock()
	queue := w.queue
	w.queue = nil
	w.mu.Unlock()
	group := queue[:0]
	for _, r := range queue {
		if r.taken.CompareAndSwap(false, true) {
			group = append(group, r)
		}
	}
	return group
}

// serve leads: it appends what is queued, which includes own unless an earlier
// leader has done it. The lock comes first and the queue is taken after, so that
// who waits for the lock can still withdraw. An error is own's alone.
func (w *writer) serve(ctx context.Context, own *request) error {
	if own.taken.Load() {
		return nil
	}
	tx, err := w.begin(ctx)
	if err != nil {
		return err
	}
	group := w.take()
	if !w.together(tx, group) {
		w.oneByOne(group)
	}
	for _, r := range group {
		close(r.done)
	}
	return nil
}

func (w *writer) begin(ctx context.Context) (tx *transaction, err error) {
	err = retryBusy(ctx, func() error {
		tx, err = begin(w.conn, w.now())
		return err
	})
	return tx, err
}

// together appends a group in one transaction. If one of them spoils it, nothing
// is written and it returns false; a request that is refused spoils nothing.
func (w *writer) together(tx *transaction, group []*request) bool {
	for _, r := range group {
		var spoilt error
		if r.out, r.err, spoilt = tx.append(r.batch); spoilt != nil {
			tx.rollback()
			r.err = spoilt
			return len(group) == 1
		}
	}
	err := tx.commit()
	for _, r := range group {
		if err != nil && r.err == nil {
			r.out, r.err = runtime.Appended{}, err
		}
	}
	return true
}

// oneByOne gives each of a spoilt group a transaction of its own, so that one
// caller's payload cannot fail another's.
func (w *writer) oneByOne(group []*request) {
	for _, r := range group {
		tx, err := w.begin(context.Background())
		if err != nil {
			r.out, r.err = runtime.Appended{}, err
			continue
		}
		w.together(tx, []*request{r})
	}
}

// exclusively calls f in a transaction that it has to itself.
func (w *writer) exclusively(ctx context.Context, f func(*transaction) error) error {
	select {
	case w.lead <- struct{}{}:
		defer func() { <-w.lead }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if w.isClosed() {
		return runtime.ErrClosed
	}
	tx, err := w.begin(ctx)
	if err != nil {
		return err
	}
	if err := f(tx); err != nil {
		tx.rollback()
		return err
	}
	return tx.commit()
}

func (w *writer) isClosed() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.closed
}

// close refuses further appends, carries those through that are queued, and
// closes the connection.
func (w *writer) close() error {
	w.mu.Lock()
	w.closed = true
	w.mu.Unlock()
	w.lead <- struct{}{}
	defer func() { <-w.lead }()
	if group := w.take(); len(group) > 0 {
		w.oneByOne(group)
		for _, r := range group {
			close(r.done)
		}
	}
	return w.conn.close()
}

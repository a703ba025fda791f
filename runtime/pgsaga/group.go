package pgsaga

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// group gathers transitions that workers of this process make at the same time into
// common transactions: one round trip, and one wait for the disk. Who finds no
// leader leads: it sends what is queued by then, and the time of its transaction is
// that in which the next group gathers. Who is alone meets no delay.
//
// Nobody pays for company: a transition that is large goes alone, and so do all of
// a group that was refused for one of them, or that came upon a row which another
// transaction holds. That also ends every deadlock.
type group struct {
	// lead holds a token while a transaction is under way.
	lead chan struct{}

	mu    sync.Mutex
	queue []*transition
}

func newGroup() *group { return &group{lead: make(chan struct{}, 1)} }

// Limits of a group, so that nobody waits long for others.
const (
	maxGroup    = 64
	maxTogether = 32 << 10 // of state, in bytes
	// groupPatience bounds a common transaction, which no member's context ends.
	groupPatience = 10 * time.Second
	// lockWait is how long others wait for one whose row another transaction holds.
	lockWait = 20 * time.Millisecond
)

// of this transaction alone; in milliseconds
const boundLocks = `SELECT set_config('lock_timeout', $1, true)`

// transition is a statement that changes one row, if its claim holds. It shares
// nothing with its maker, who may be gone before it is sent.
type transition struct {
	sql  string
	args []any
	done chan struct{}
	err  error
}

var (
	// errGoAlone is the outcome of a transition that was taken back with those it
	// went with, and has to be sent again by itself.
	errGoAlone = errors.New("to be sent alone")
	// errNotMoved is that of one whose claim does not hold.
	errNotMoved = errors.New("not moved")
)

// commit blocks until t is committed or refused. The outcome is unknown if ctx ends.
func (g *group) commit(ctx context.Context, q pool, t *transition) error {
	t.done = make(chan struct{})
	g.mu.Lock()
	g.queue = append(g.queue, t)
	g.mu.Unlock()
	for {
		select {
		case <-t.done:
			return t.err
		case <-ctx.Done():
			g.withdraw(t)
			return ctx.Err()
		case g.lead <- struct{}{}:
			g.serve(ctx, q, t)
		}
	}
}

// serve leads once, unless own has been served.
func (g *group) serve(ctx context.Context, q pool, own *transition) {
	if own.over() {
		<-g.lead
		return
	}
	members := g.take()
	if len(members) == 1 && members[0] == own {
		g.alone(ctx, q, own)
		return
	}
	defer func() { <-g.lead }()
	ctx, done := context.WithTimeout(context.WithoutCancel(ctx), groupPatience)
	defer done()
	together(ctx, q, members)
}

// alone sends t while others gather, who do not wait for it if another transaction
// holds its row.
func (g *group) alone(ctx context.Context, q pool, t *transition) {
	giveUp := sync.OnceFunc(func() { <-g.lead })
	timer := time.AfterFunc(lockWait, giveUp)
	moved, err := q.Exec(ctx, t.sql, t.args...)
	timer.Stop()
	giveUp()
	t.end(moved, err)
}

// take removes those from the queue who go together.
func (g *group) take() []*transition {
	g.mu.Lock()
	defer g.mu.Unlock()
	n := min(len(g.queue), maxGroup)
	members := slices.Clone(g.queue[:n])
	g.queue = slices.Delete(g.queue, 0, n)
	return members
}

func (g *group) withdraw(t *transition) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.queue = slices.DeleteFunc(g.queue, func(other *transition) bool { return other == t })
}

func (t *transition) over() bool {
	select {
	case <-t.done:
		return true
	default:
		return false
	}
}

// end gives t its outcome.
func (t *transition) end(moved pgconn.CommandTag, err error) {
	t.err = err
	if err == nil && moved.RowsAffected() == 0 {
		t.err = errNotMoved
	}
	close(t.done)
}

// pool gives out connections.
type pool interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults
}

// together sends members in one transaction, which lasts to the end of the batch,
// and gives each its outcome.
func together(ctx context.Context, q pool, members []*transition) {
	batch := &pgx.Batch{}
	batch.Queue(boundLocks, strconv.FormatInt(lockWait.Milliseconds(), 10))
	for _, t := range members {
		batch.Queue(t.sql, t.args...)
	}
	results := q.SendBatch(ctx, batch)
	_, _ = results.Exec() // whatever fails, Close says so
	moved := make([]pgconn.CommandTag, len(members))
	for i := range members {
		moved[i], _ = results.Exec()
	}
	err := results.Close()
	if undone(err) {
		err = errGoAlone
	}
	for i, t := range members {
		t.end(moved[i], err)
	}
}

// undone reports whether err says that the server has taken a transaction back.
func undone(err error) bool {
	var refused *pgconn.PgError
	return errors.As(err, &refused) && refused.SeverityUnlocalized == "ERROR"
}

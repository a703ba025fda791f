package postgres

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/evgen/evgen/runtime"
)

// tracker knows up to where the log is settled: the position that readers may
// read up to, since no lower one can appear any more. PostgreSQL makes rows
// visible in the order of commits, not of positions, so that this takes a look at
// who is still appending; see [appenders] for why it is right. Any number of
// trackers may look at one database. Nothing runs between looks: who wants to
// know looks, and those who want to know at the same time share a look.
type tracker struct {
	acquire func(context.Context) (*pgxpool.Conn, error)
	queries *queries
	logger  *slog.Logger

	// begun counts the looks that have begun.
	begun atomic.Int64
	// turn holds a token while somebody looks. It guards what follows.
	turn   chan struct{}
	done   int64
	view   view
	kept   keeping
	warned time.Time
}

// view is the store as one look found it. It does not change.
type view struct {
	// safe is the position up to which the log is settled, last the last visible
	// one, and stored what was written down as safe.
	safe, last, stored runtime.Position
	// firstKept is the lowest position that retention has left.
	firstKept   runtime.Position
	incarnation runtime.Incarnation
	// life tells servers, and restarts of one, apart: what was learnt of open
	// transactions is worth nothing in another one.
	life string
	// standby says that this server does not know who appends.
	standby   bool
	appenders appenders
}

// How long a reader waits for appends under way when it begins, and how long it
// pauses between looks meanwhile.
const (
	longestWait = 250 * time.Millisecond
	shortPause  = 500 * time.Microsecond
	longPause   = 2 * time.Millisecond
)

func newTracker(s *Store) *tracker {
	return &tracker{acquire: s.acquire, queries: s.queries, logger: s.config.logger, turn: make(chan struct{}, 1)}
}

// settled returns a view in which all is safe that was visible when it was
// called. It waits for older appends that are still open, but not for one that
// has been open for longer than longestWait: then safe stays below it.
func (t *tracker) settled(ctx context.Context) (view, error) {
	first, err := t.look(ctx)
	if err != nil {
		return view{}, err
	}
	return t.wait(ctx, first, first.last)
}

// settledBeyond is settled for a follower who is at a position: it returns as
// soon as there is more for it.
func (t *tracker) settledBeyond(ctx context.Context, at runtime.Position) (view, error) {
	first, err := t.look(ctx)
	if err != nil {
		return view{}, err
	}
	return t.wait(ctx, first, min(first.last, at+1))
}

// wait looks until target is safe or waiting for it is unreasonable.
func (t *tracker) wait(ctx context.Context, v view, target runtime.Position) (view, error) {
	pause := shortPause
	for v.safe < target && v.appenders.settling(target, longestWait, time.Now()) {
		if err := sleep(ctx, pause); err != nil {
			return view{}, err
		}
		pause = min(2*pause, longPause)
		var err error
		if v, err = t.look(ctx); err != nil {
			return view{}, err
		}
	}
	return v, nil
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// look returns what a look found that began after the call of it.
func (t *tracker) look(ctx context.Context) (view, error) {
	if err := ctx.Err(); err != nil {
		return view{}, err
	}
	wanted := t.begun.Load() + 1
	select {
	case t.turn <- struct{}{}:
	case <-ctx.Done():
		return view{}, ctx.Err()
	}
	defer func() { <-t.turn }()
	if t.done >= wanted {
		return t.view, nil
	}
	number := t.begun.Add(1)
	if err := t.advance(ctx); err != nil {
		return view{}, err
	}
	t.done = number
	return t.view, nil
}

// advance brings the view up to date. Each of its statements is a transaction,
// and so a snapshot, of its own, and their order is what makes it right.
func (t *tracker) advance(ctx context.Context) error {
	next, err := t.survey(ctx)
	if err != nil {
		return err
	}
	if next.safe < next.last && !next.standby {
		holders, err := t.holders(ctx)
		if err != nil {
			return err
		}
		next.safe = next.appenders.look(next.safe, next.last, holders, time.Now())
	}
	t.view = next
	t.keep(ctx, &next)
	t.warn(ctx, &next)
	return nil
}

// survey reads the store's row and the end of the log. In another life of the
// server it forgets all that it knew and reads again.
func (t *tracker) survey(ctx context.Context) (view, error) {
	for {
		next, err := t.read(ctx, t.view.safe)
		if err != nil {
			return view{}, err
		}
		if next.life == t.view.life && next.incarnation == t.view.incarnation {
			next.appenders = t.view.appenders
			return next, nil
		}
		fresh := t.view.life == ""
		t.view = view{life: next.life, incarnation: next.incarnation}
		if fresh {
			return next, nil
		}
	}
}

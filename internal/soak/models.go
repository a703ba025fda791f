package soak

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/evgen/evgen/internal/faults"
	"github.com/evgen/evgen/internal/testimony"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/pgmodel"
	"github.com/evgen/evgen/runtime/postgres"
	"github.com/evgen/evgen/runtime/projection"
)

// runner keeps the read model up to date beside another one, and is replaced from time
// to time: the first seldom, the second often.
func (w *world) runner(n int) func() {
	return func() {
		for w.following.Err() == nil {
			life := time.Duration(8-7*n)*time.Second + rand.N(2*time.Second)
			ctx, cancel := context.WithTimeout(w.following, life)
			err := w.project(ctx)
			cancel()
			w.figures.runs.Add(1)
			if err != nil {
				faults.Pause(w.following, 50*time.Millisecond)
			}
		}
	}
}

// project runs the projection until ctx ends, with connections of its own.
func (w *world) project(ctx context.Context) error {
	store, err := postgres.Open(ctx, w.dsn, postgres.WithLogger(w.logger))
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }()
	db, err := pgmodel.Open(ctx, w.dsn)
	if err != nil {
		return err
	}
	defer db.Close()
	registry, err := testimony.Registry()
	if err != nil {
		return err
	}
	var models projection.Database[*pgmodel.Tx] = db
	if w.plan.Models != nil {
		models = w.plan.Models(db)
	}
	r, err := projection.NewRunner(store, models, registry, []projection.Projection[*pgmodel.Tx]{faults.Projection()},
		projection.WithShards(3), projection.WithLease(time.Second), projection.WithPoll(50*time.Millisecond),
		projection.WithRetries(projection.Retries{Attempts: 10, Base: 20 * time.Millisecond, Max: 500 * time.Millisecond}),
		projection.WithLogger(w.logger))
	if err != nil {
		return err
	}
	return r.Run(ctx)
}

// operator rebuilds the read model, swaps the new version in, back, and in again, and
// retires the old one; over and over.
func (w *world) operator() {
	db, err := w.models(w.writing)
	if err != nil {
		return // the writers' time is up
	}
	defer db.Close()
	w.operate(db)
}

func (w *world) operate(db projection.Control) {
	for w.writing.Err() == nil {
		faults.Pause(w.writing, rand.N(w.plan.SwapEvery))
		old, fresh := w.rebuild(w.writing, db)
		w.swap(db, fresh, &w.figures.swaps)
		w.swap(db, old, &w.figures.swapsBack)
		w.swap(db, fresh, &w.figures.swaps)
		w.until(w.writing, func() error { return w.retire(db, old) })
	}
}

func (w *world) models(ctx context.Context) (db *pgmodel.DB, err error) {
	w.until(ctx, func() error {
		db, err = pgmodel.Open(ctx, w.dsn)
		return err
	})
	return db, err
}

// until calls try until it returns nil, or ctx ends.
func (w *world) until(ctx context.Context, try func() error) {
	for ctx.Err() == nil && try() != nil {
		faults.Pause(ctx, 50*time.Millisecond)
	}
}

// errUnsettled says that a version is not what it should be.
var errUnsettled = errors.New("not yet")

// rebuild returns the number of the live version, and of one that is built anew.
// Whether an addition took place whose answer was lost shows in the list of versions.
func (w *world) rebuild(ctx context.Context, db projection.Control) (live, fresh int) {
	w.until(ctx, func() error {
		versions, err := list(ctx, db)
		for _, v := range versions {
			switch v.State {
			case projection.Live:
				live = v.Number
			case projection.Building:
				fresh = v.Number
			}
		}
		switch {
		case err != nil:
			return err
		case live == 0:
			return errUnsettled
		case fresh != 0:
			w.figures.rebuilds.Add(1)
			return nil
		}
		_, err = projection.Rebuild(ctx, db, testimony.Tallies)
		return errors.Join(err, errUnsettled) // and look again
	})
	return live, fresh
}

func list(ctx context.Context, db projection.Control) (versions []projection.Version, err error) {
	err = db.Ledger(ctx, func(l projection.Ledger) error {
		versions, err = l.Versions(ctx, testimony.Tallies)
		return err
	})
	return versions, err
}

// swap makes a version live; counted is how often that was done.
func (w *world) swap(db projection.Control, to int, counted interface{ Add(int64) int64 }) {
	w.until(w.writing, func() error {
		if to == 0 {
			return nil
		}
		return projection.Swap(w.writing, db, testimony.Tallies, to)
	})
	if w.writing.Err() == nil {
		counted.Add(1)
	}
	faults.Pause(w.writing, rand.N(w.plan.SwapEvery/3))
}

// retire takes for done what was done and not answered.
func (w *world) retire(db projection.Control, old int) error {
	err := projection.Retire(w.writing, db, testimony.Tallies, old)
	if errors.Is(err, projection.ErrUnknownVersion) {
		return nil
	}
	return err
}

// reached reports whether a version has been loaded and stands at a position.
func reached(ctx context.Context, db projection.Control, number int, position runtime.Position) error {
	return db.Ledger(ctx, func(l projection.Ledger) error {
		versions, err := l.Versions(ctx, testimony.Tallies)
		if err != nil {
			return err
		}
		v := versions[number-1]
		shards, err := l.Shards(ctx, v)
		for i := range shards {
			if shards[i].Position < position {
				return errUnsettled
			}
		}
		if err == nil && (!v.Loaded || len(shards) == 0) {
			return errUnsettled
		}
		return err
	})
}

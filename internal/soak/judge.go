package soak

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/evgen/evgen/internal/faults"
	"github.com/evgen/evgen/internal/testimony"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/pgmodel"
	"github.com/evgen/evgen/runtime/projection"
)

// judge waits until readers and read model have come to the end, stops them, and
// compares all with the truth.
func (w *world) judge(ctx context.Context, stop func()) (*Report, error) {
	conn, err := w.connect(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	truth, err := faults.ReadTruth(ctx, conn, "evgen")
	if err != nil {
		return nil, err
	}
	within, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	arrived := w.arrive(within, truth.Last())
	live, fresh, late := w.settle(within, truth.Last())
	stop()
	r := w.report(truth)
	if !arrived {
		r.wrong = append(r.wrong, fmt.Errorf("readers stand at %d and %d of %d", w.readings[0].At(), w.readings[1].At(), truth.Last()))
	}
	if late != nil {
		r.wrong = append(r.wrong, fmt.Errorf("the read model did not come to position %d: %w", truth.Last(), late))
		return r, nil
	}
	return r, w.compare(ctx, conn, truth, live, fresh, r)
}

// settle waits until the live version and one that is built afresh are at the end.
func (w *world) settle(ctx context.Context, last runtime.Position) (live, fresh int, err error) {
	db, err := w.models(ctx)
	if err != nil {
		return 0, 0, err
	}
	defer db.Close()
	return w.settleIn(ctx, db, last)
}

// settleIn is settle in a database that is open.
func (w *world) settleIn(ctx context.Context, db projection.Control, last runtime.Position) (live, fresh int, err error) {
	// one that was being built meanwhile is not fresh
	w.until(ctx, func() error { return dropBuilding(ctx, db) })
	live, fresh = w.rebuild(ctx, db)
	for _, number := range []int{live, fresh} {
		w.until(ctx, func() error {
			err = reached(ctx, db, number, last)
			return err
		})
	}
	return live, fresh, errors.Join(err, ctx.Err())
}

func dropBuilding(ctx context.Context, db projection.Control) error {
	versions, err := list(ctx, db)
	for _, v := range versions {
		if v.State == projection.Building && len(versions) > 1 {
			err = errors.Join(err, projection.Retire(ctx, db, testimony.Tallies, v.Number))
		}
	}
	return err
}

// compare adds to r how the read model differs from the truth.
func (w *world) compare(ctx context.Context, conn *pgx.Conn, truth testimony.Truth, live, fresh int, r *Report) error {
	db, err := pgmodel.Open(ctx, w.dsn)
	if err != nil {
		return err
	}
	defer db.Close()
	err = r.compareVersions(ctx, db, live, fresh)
	for _, table := range []string{testimony.Tallies, fmt.Sprintf("%s_v%d", testimony.Tallies, fresh)} {
		if wrong := faults.CheckTallies(ctx, conn, truth, table); wrong != nil {
			r.wrong = append(r.wrong, wrong)
		}
	}
	r.Rows = len(truth.Fold(truth.Last()))
	return err
}

// compareVersions adds to r how two versions differ, and what dead letters there are.
func (r *Report) compareVersions(ctx context.Context, db projection.Control, live, fresh int) error {
	return db.Ledger(ctx, func(l projection.Ledger) error {
		versions, err := l.Versions(ctx, testimony.Tallies)
		if err != nil {
			return err
		}
		differences, err := l.Diff(ctx, versions[live-1], versions[fresh-1], 5)
		if len(differences) > 0 {
			r.wrong = append(r.wrong, fmt.Errorf("version %d, which is live, and %d, built afresh, differ: %+v", live, fresh, differences))
		}
		if err != nil {
			return err
		}
		letters, err := l.Letters(ctx, projection.LetterQuery{})
		if len(letters) > 0 {
			r.wrong = append(r.wrong, fmt.Errorf("%d dead letters, the first: %s", len(letters), letters[0].Error))
		}
		return err
	})
}

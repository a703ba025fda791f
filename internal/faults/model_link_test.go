package faults_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/evgen/evgen/internal/await"
	"github.com/evgen/evgen/internal/faults"
	"github.com/evgen/evgen/internal/testimony"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/pgmodel"
	"github.com/evgen/evgen/runtime/postgres"
	"github.com/evgen/evgen/runtime/projection"
)

// cuts is how many statements of a runner, which never comes to an end of them, have
// their link cut in each moment.
const cuts = 10

// modelled is a site with a read model that runs behind the proxy, and a store that
// goes past it.
func modelled(t *testing.T) (s *site, near *postgres.Store, db *pgmodel.DB) {
	t.Helper()
	s = newSite(t)
	near, db = s.open(s.direct), s.models(s.direct)
	s.project(s.store, s.models(s.far), projection.WithLease(500*time.Millisecond), projection.WithShards(2))
	return s, near, db
}

// some appends to several streams.
func (s *site) some(store *postgres.Store, w *testimony.Witness, n int) (last runtime.Position) {
	s.t.Helper()
	for i := range n {
		unit := w.Begin()
		part := unit.Intend(stream(i%7), 2)
		out, err := store.Append(s.ctx, part.Stream(), runtime.ExpectAny(), runtime.Root(), part.Events()...)
		must(s.t, err)
		part.At(out)
		unit.Settle(testimony.Written)
		last = out.Position
	}
	return last
}

func TestBatchesOverALinkThatIsCutAnywhereHaveTheirEffectOnce(t *testing.T) {
	s, near, db := modelled(t)
	w := testimony.NewWitness(1)
	must(t, projection.WaitFor(s.ctx, db, testimony.Tallies, s.some(near, w, 3)))
	for _, m := range faults.Moments() {
		for n := 1; n <= cuts; n++ {
			s.proxy.Arm(n, m)
			s.projected(db, s.some(near, w, 10))
			if t.Failed() {
				t.Fatalf("link cut %s statement %d", m, n)
			}
		}
	}
	s.proxy.Disarm()
	s.told(w)
}

func TestRebuildOverALinkThatIsCutAnywhereGivesTheSameRows(t *testing.T) {
	s, near, db := modelled(t)
	must(t, projection.WaitFor(s.ctx, db, testimony.Tallies, s.some(near, testimony.NewWitness(1), 40)))
	for _, m := range faults.Moments() {
		for n := 1; n <= cuts; n += 4 {
			s.proxy.Arm(n, m)
			added, err := projection.Rebuild(s.ctx, db, testimony.Tallies)
			must(t, err)
			must(t, projection.Swap(s.ctx, db, testimony.Tallies, added.Number))
			s.proxy.Disarm()
			must(t, faults.CheckTallies(s.ctx, s.conn, s.truth(), testimony.Tallies))
			must(t, projection.Retire(s.ctx, db, testimony.Tallies))
		}
	}
	s.noLetters(db)
}

// The runner's links hold; those of the operator, who repeats what failed, do not.
func TestSwapsOverALinkThatIsCutAnywhereAreWholeOrAbsent(t *testing.T) {
	s := newSite(t)
	near, db := s.open(s.direct), s.models(s.direct)
	s.project(near, db)
	w := testimony.NewWitness(1)
	must(t, projection.WaitFor(s.ctx, db, testimony.Tallies, s.some(near, w, 20)))
	added, err := projection.Rebuild(s.ctx, db, testimony.Tallies)
	must(t, err)
	must(t, projection.Swap(s.ctx, db, testimony.Tallies, added.Number))
	far := s.models(s.far + "&application_name=operator")
	to := 1
	s.sweep(func() {
		err := projection.Swap(s.ctx, far, testimony.Tallies, to)
		if err != nil {
			s.idle("operator")
			s.oneIsLive(db)
			err = projection.Swap(s.ctx, far, testimony.Tallies, to)
		}
		if err != nil {
			t.Errorf("swap to %d: %v", to, err)
		}
		if live := s.oneIsLive(db); live != to {
			t.Errorf("version %d is live, want %d", live, to)
		}
		to = 3 - to
	})
	s.projected(db, s.some(near, w, 5))
}

// idle waits until the server is through with what an application has sent.
func (s *site) idle(application string) {
	s.t.Helper()
	await.Until(s.t, application+" is idle", func() bool {
		var busy int
		must(s.t, s.conn.QueryRow(s.ctx, `SELECT count(*) FROM pg_stat_activity
			WHERE datname = current_database() AND application_name = $1 AND state <> 'idle'`, application).Scan(&busy))
		return busy == 0
	})
}

// oneIsLive returns the version that is live, which readers must see.
func (s *site) oneIsLive(db *pgmodel.DB) (live int) {
	s.t.Helper()
	must(s.t, db.Ledger(s.ctx, func(l projection.Ledger) error {
		versions, err := l.Versions(s.ctx, testimony.Tallies)
		for _, v := range versions {
			switch {
			case v.State != projection.Live:
			case live != 0:
				s.t.Errorf("versions %d and %d are live", live, v.Number)
			default:
				live = v.Number
			}
		}
		return err
	}))
	var shown string
	must(s.t, s.conn.QueryRow(s.ctx, `SELECT pg_get_viewdef('tallies')`).Scan(&shown))
	if want := fmt.Sprintf("%s_v%d", testimony.Tallies, live); !strings.Contains(shown, want) {
		s.t.Errorf("version %d is live, and readers see%s", live, shown)
	}
	return live
}

func TestReadModelSurvivesThatAllLinksAreDownForAWhile(t *testing.T) {
	s, near, db := modelled(t)
	w := testimony.NewWitness(1)
	for range 5 {
		must(t, projection.WaitFor(s.ctx, db, testimony.Tallies, s.some(near, w, 3)))
		s.proxy.Darken()
		last := s.some(near, w, 10)
		short, cancel := context.WithTimeout(s.ctx, 20*time.Millisecond)
		if err := projection.WaitFor(short, db, testimony.Tallies, last); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a read model without links: %v", err)
		}
		cancel()
		s.proxy.Lighten()
		s.projected(db, last)
	}
}

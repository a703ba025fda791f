package faults_test

import (
	"context"
	"errors"
	"log/slog"
	"net/url"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/evgen/evgen/internal/await"
	"github.com/evgen/evgen/internal/faults"
	"github.com/evgen/evgen/internal/pgtest"
	"github.com/evgen/evgen/internal/testimony"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/pgmodel"
	"github.com/evgen/evgen/runtime/postgres"
	"github.com/evgen/evgen/runtime/projection"
)

// site is a store in a database of its own, behind a proxy.
type site struct {
	t     *testing.T
	ctx   context.Context
	proxy *faults.Proxy
	// direct leads to the server, far leads there by the proxy.
	direct, far string
	store       *postgres.Store
	pool        *pgxpool.Pool
	conn        *pgx.Conn // direct
}

func newSite(t *testing.T) *site {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	t.Cleanup(cancel)
	s := &site{t: t, ctx: ctx, direct: pgtest.Database(t)}
	u, err := url.Parse(s.direct)
	must(t, err)
	s.proxy, err = faults.Listen(u.Host)
	must(t, err)
	t.Cleanup(s.proxy.Close)
	s.far, err = s.proxy.DSN(s.direct)
	must(t, err)
	s.pool, err = pgxpool.New(ctx, s.far)
	must(t, err)
	t.Cleanup(s.pool.Close)
	s.store = s.open(s.far, postgres.WithMigrations())
	s.conn = s.connect()
	return s
}

func (s *site) open(dsn string, opts ...postgres.Option) *postgres.Store {
	s.t.Helper()
	opts = append(opts, postgres.WithLogger(slog.New(slog.DiscardHandler)))
	store, err := postgres.Open(s.ctx, dsn, opts...)
	must(s.t, err)
	s.t.Cleanup(func() { _ = store.Close() })
	return store
}

// connect goes to the server itself.
func (s *site) connect() *pgx.Conn {
	s.t.Helper()
	conn, err := pgx.Connect(s.ctx, s.direct)
	must(s.t, err)
	s.t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

// truth waits until nobody writes any more, and reads what is there.
func (s *site) truth() testimony.Truth {
	s.t.Helper()
	await.Until(s.t, "nobody writes", func() bool {
		var open int
		must(s.t, s.conn.QueryRow(s.ctx, `SELECT count(*) FROM pg_stat_activity
			WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL`).Scan(&open))
		return open == 0
	})
	truth, err := faults.ReadTruth(s.ctx, s.conn, "evgen")
	must(s.t, err)
	return truth
}

// told checks that the truth is what the writers were told.
func (s *site) told(witnesses ...*testimony.Witness) *testimony.Verdict {
	s.t.Helper()
	v := s.truth().Check(witnesses...)
	must(s.t, v.Err())
	if v.Written == 0 {
		s.t.Fatal("nothing was written")
	}
	return v
}

// sweep calls do again and again, each time with the link cut at the next statement,
// in every moment of it, until do gets by with fewer statements.
func (s *site) sweep(do func()) (cuts int) {
	s.t.Helper()
	for _, m := range faults.Moments() {
		for n := 1; ; n++ {
			s.proxy.Arm(n, m)
			do()
			if !s.proxy.Disarm() {
				break
			}
			if cuts++; s.t.Failed() || n > 200 {
				s.t.Fatalf("link cut %s statement %d", m, n)
			}
		}
	}
	if cuts < 3 {
		s.t.Fatalf("only %d cuts", cuts)
	}
	return cuts
}

// append appends a unit of one part and settles it as the error says.
func appendUnit(ctx context.Context, s *postgres.Store, w *testimony.Witness, stream runtime.StreamID, expect runtime.Expect, cause runtime.Cause, n int) error {
	unit := w.Begin()
	part := unit.Intend(stream, n)
	out, err := s.Append(ctx, stream, expect, cause, part.Events()...)
	var unknown *postgres.UnknownOutcomeError
	switch {
	case err == nil:
		part.At(out)
		unit.Settle(testimony.Written)
	case !errors.As(err, &unknown):
		unit.Settle(testimony.Refused)
	}
	return err
}

// models opens the database of read models.
func (s *site) models(dsn string) *pgmodel.DB {
	s.t.Helper()
	db, err := pgmodel.Open(s.ctx, dsn)
	must(s.t, err)
	s.t.Cleanup(db.Close)
	must(s.t, db.Setup(s.ctx))
	return db
}

// project runs the read model until stop, or the end of the test.
func (s *site) project(store projection.Source, db projection.Database[*pgmodel.Tx], opts ...projection.Option) {
	s.t.Helper()
	registry, err := testimony.Registry()
	must(s.t, err)
	opts = append([]projection.Option{
		projection.WithPoll(5 * time.Millisecond),
		projection.WithRetries(projection.Retries{Attempts: 3, Base: time.Millisecond, Max: 5 * time.Millisecond}),
		projection.WithLogger(slog.New(slog.DiscardHandler)),
		projection.WithBatching(projection.Batching{Facts: 7, Bytes: 1 << 20, Time: time.Second}),
	}, opts...)
	r, err := projection.NewRunner(store, db, registry, []projection.Projection[*pgmodel.Tx]{faults.Projection()}, opts...)
	must(s.t, err)
	ctx, cancel := context.WithCancel(s.ctx)
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	s.t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			s.t.Errorf("run: %v", err)
		}
	})
}

// projected waits for a position and checks the rows.
func (s *site) projected(db *pgmodel.DB, position runtime.Position) {
	s.t.Helper()
	must(s.t, projection.WaitFor(s.ctx, db, testimony.Tallies, position))
	must(s.t, faults.CheckTallies(s.ctx, s.conn, s.truth(), testimony.Tallies))
	s.noLetters(db)
}

func (s *site) noLetters(db *pgmodel.DB) {
	s.t.Helper()
	must(s.t, db.Ledger(s.ctx, func(l projection.Ledger) error {
		letters, err := l.Letters(s.ctx, projection.LetterQuery{})
		if len(letters) > 0 {
			s.t.Errorf("%d letters, the first for %s", len(letters), letters[0].Error)
		}
		return err
	}))
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

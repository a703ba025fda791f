package postgres

import (
	"context"
	"errors"
	"net"
	"net/url"
	goruntime "runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/evgen/evgen/internal/pgtest"
	"github.com/evgen/evgen/runtime"
)

// link is a TCP proxy that can be cut.
type link struct {
	listener net.Listener
	server   string
	// cutRequest and cutAnswer count how many messages are still to be swallowed,
	// each with the connection that it came on.
	cutRequest, cutAnswer atomic.Int32
	conns                 sync.WaitGroup
}

// linked returns the DSN of a new database by way of a link.
func linked(t *testing.T) (string, *link) {
	t.Helper()
	u, err := url.Parse(pgtest.Database(t))
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := &link{listener: listener, server: u.Host}
	l.conns.Add(1)
	go l.accept()
	t.Cleanup(func() {
		_ = listener.Close()
		l.conns.Wait()
	})
	u.Host = listener.Addr().String()
	return u.String(), l
}

func (l *link) accept() {
	defer l.conns.Done()
	for {
		client, err := l.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", l.server)
		if err != nil {
			_ = client.Close()
			continue
		}
		l.conns.Add(2)
		go l.pass(server, client, &l.cutRequest)
		go l.pass(client, server, &l.cutAnswer)
	}
}

func (l *link) pass(to, from net.Conn, cut *atomic.Int32) {
	defer l.conns.Done()
	defer func() { _, _ = to.Close(), from.Close() }()
	buffer := make([]byte, 64<<10)
	for {
		n, err := from.Read(buffer)
		if n > 0 && cut.Load() > 0 {
			cut.Add(-1)
			return
		}
		if _, failed := to.Write(buffer[:n]); err != nil || failed != nil {
			return
		}
	}
}

func TestOutcomeOfALostLinkIsFoundOut(t *testing.T) {
	for name, arm := range map[string]func(*link){
		"request": func(l *link) { l.cutRequest.Store(1) },
		"answer":  func(l *link) { l.cutAnswer.Store(1) },
	} {
		for kind, cause := range map[string]func() runtime.Cause{
			"new ids": runtime.Root,
			"command": func() runtime.Cause { return runtime.Root().WithCommand(uuid.New()) },
		} {
			t.Run(name+", "+kind, func(t *testing.T) {
				dsn, l := linked(t)
				s, ctx := openStore(t, dsn, WithMigrations()), context.Background()
				mustAppend(t, s, stream(1), runtime.ExpectNew(), placed(1))
				another := func(n runtime.StreamVersion) (runtime.Appended, error) {
					return s.Append(ctx, stream(1), runtime.ExpectVersion(n), cause(), placed(1))
				}
				if _, err := another(1); err != nil {
					t.Fatal(err)
				}
				arm(l)
				out, err := another(2)
				if err != nil || out.Last != 3 || out.Position == 0 {
					t.Errorf("%+v, %v", out, err)
				}
				if n := len(rows(t, s)); n != 3 {
					t.Errorf("%d events", n)
				}
			})
		}
	}
}

func TestOnlyTheSessionThatWasLostIsEnded(t *testing.T) {
	s, ctx := newStore(t), context.Background()
	pool := newTestPool(t, s.pool.Config().ConnString())
	conn, victim := acquired(t, pool), acquired(t, s.pool)
	lost := serverOf(victim)
	if lost.start == nil {
		t.Fatal("a session of our own pool is not known")
	}
	earlier := lost.start.Add(-time.Second)
	if err := end(ctx, conn, server{lost.pid, &earlier}); err != nil {
		t.Errorf("a session that is over: %v", err)
	}
	if err := end(ctx, conn, server{pid: lost.pid}); err == nil {
		t.Error("a session of the caller's is taken for over")
	}
	if err := victim.Ping(ctx); err != nil {
		t.Errorf("a session that was not lost was ended: %v", err)
	}
	if err := end(ctx, conn, lost); err != nil {
		t.Errorf("the lost session: %v", err)
	}
	if err := victim.Ping(ctx); err == nil {
		t.Error("the lost session goes on")
	}
	if err := end(ctx, conn, server{pid: lost.pid}); err != nil {
		t.Errorf("a session of the caller's that is over: %v", err)
	}
}

func acquired(t *testing.T, pool *pgxpool.Pool) *pgx.Conn {
	t.Helper()
	conn, err := pool.Acquire(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Release)
	return conn.Conn()
}

func TestOutcomeInAPoolOfTheCallersIsFoundOut(t *testing.T) {
	for name, arm := range map[string]func(*link){
		"request": func(l *link) { l.cutRequest.Store(1) },
		"answer":  func(l *link) { l.cutAnswer.Store(1) },
	} {
		t.Run(name, func(t *testing.T) {
			dsn, l := linked(t)
			s := newOnPool(t, newTestPool(t, dsn), WithMigrations())
			mustAppend(t, s, stream(1), runtime.ExpectNew(), placed(1)) // prepares the statement
			mustAppend(t, s, stream(1), runtime.ExpectVersion(1), placed(1))
			arm(l)
			if out := mustAppend(t, s, stream(1), runtime.ExpectVersion(2), placed(1)); out.Last != 3 {
				t.Errorf("%+v", out)
			}
			if n := len(rows(t, s)); n != 3 {
				t.Errorf("%d events", n)
			}
		})
	}
}

func TestGroupWhoseLinkIsLostIsWrittenOnce(t *testing.T) {
	for name, arm := range map[string]func(*link){
		"request": func(l *link) { l.cutRequest.Store(1) },
		"answer":  func(l *link) { l.cutAnswer.Store(1) },
	} {
		t.Run(name, func(t *testing.T) {
			dsn, l := linked(t)
			s, ctx := openStore(t, dsn, WithMigrations()), context.Background()
			together := func(from int) []appended {
				return gather(t, s,
					call(s, ctx, stream(from), runtime.ExpectNew(), 1),
					call(s, ctx, stream(from+1), runtime.ExpectNew(), 2),
					call(s, ctx, stream(from+2), runtime.ExpectNew(), 1))
			}
			together(1)
			arm(l)
			for i, got := range together(10) {
				if got.err != nil || got.out.First != 1 {
					t.Errorf("append %d: %+v", i, got)
				}
			}
			if n := len(rows(t, s)); n != 8 {
				t.Errorf("%d events", n)
			}
		})
	}
}

func TestOutcomeThatCannotBeFoundOutIsSaidToBeUnknown(t *testing.T) {
	dsn, l := linked(t)
	s := openStore(t, dsn, WithMigrations())
	mustAppend(t, s, stream(1), runtime.ExpectNew(), placed(1))
	hold, blocked := holdStream(t, s, l, stream(1))
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	failed := make(chan error)
	go func() {
		_, err := call(s, ctx, stream(1), runtime.ExpectVersion(1), maxBatch+1)()
		failed <- err
	}()
	blocked()
	const endless = 1 << 20
	l.cutAnswer.Store(endless)
	if err := hold.Rollback(ctx); err != nil {
		t.Fatal(err)
	}
	for l.cutAnswer.Load() == endless {
		goruntime.Gosched()
	}
	cancel()
	err := <-failed
	var unknown *UnknownOutcomeError
	if !errors.As(err, &unknown) || len(unknown.IDs) != maxBatch+1 || !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	l.cutAnswer.Store(0)
	if n := len(rows(t, s)); n != maxBatch+2 {
		t.Errorf("%d events", n)
	}
}

// holdStream moves a stream in a transaction past the link, and returns it with
// what waits until somebody is blocked by it.
func holdStream(t *testing.T, s *Store, l *link, id runtime.StreamID) (hold pgx.Tx, blocked func()) {
	t.Helper()
	ctx := context.Background()
	u, err := url.Parse(s.pool.Config().ConnString())
	if err != nil {
		t.Fatal(err)
	}
	u.Host = l.server
	pool := newTestPool(t, u.String())
	tx, err := pool.Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.InTx(tx).Append(ctx, id, runtime.ExpectAny(), runtime.Root(), placed(1)); err != nil {
		t.Fatal(err)
	}
	return tx, func() {
		for waiting := false; !waiting; {
			query := `SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
			if err := pool.QueryRow(ctx, query).Scan(&waiting); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// The server is killed under load and started again: what was acknowledged is
// there, nothing is doubled, and writers that wait long enough get on.
func TestKilledServerLosesNothingAcknowledged(t *testing.T) {
	server := pgtest.Start(t)
	s, ctx := openStore(t, server.DSN("postgres"), WithMigrations()), context.Background()
	const writers = 8
	var acknowledged [writers][]runtime.Position
	var under atomic.Int32
	var wg sync.WaitGroup
	stop := make(chan struct{})
	for w := range writers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for {
				select {
				case <-stop:
					return
				default:
				}
				out, err := call(s, ctx, stream(w), runtime.ExpectAny(), 1+w%3)()
				switch {
				case err == nil:
					acknowledged[w] = append(acknowledged[w], out.Position)
					under.Add(1)
				case !errors.Is(err, ErrUnreachable):
					t.Error(err)
				}
			}
		}()
	}
	progress := func() {
		for want := under.Load() + 200; under.Load() < want; {
			goruntime.Gosched()
		}
	}
	for range 2 {
		progress()
		server.Kill()
		if err := server.Start(); err != nil {
			t.Fatal(err)
		}
	}
	progress()
	close(stop)
	wg.Wait()
	checkAcknowledged(t, s, acknowledged[:])
}

func checkAcknowledged(t *testing.T, s *Store, acknowledged [][]runtime.Position) {
	t.Helper()
	present, next := map[int64]bool{}, map[string]int64{}
	for _, r := range rows(t, s) {
		present[r.Position] = true
		if next[r.Stream]++; r.Version != next[r.Stream] {
			t.Fatalf("version %d of %s at position %d, want %d", r.Version, r.Stream, r.Position, next[r.Stream])
		}
	}
	for w, positions := range acknowledged {
		for _, p := range positions {
			if !present[int64(p)] {
				t.Errorf("position %d of writer %d was acknowledged and is lost", p, w)
			}
		}
		if n := int64(len(positions) * (1 + w%3)); next[stream(w).String()] != n {
			t.Errorf("writer %d: %d events acknowledged, %d stored", w, n, next[stream(w).String()])
		}
	}
}

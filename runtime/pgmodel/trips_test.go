package pgmodel

import (
	"context"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/evgen/evgen/internal/pgtest"
	"github.com/evgen/evgen/runtime"
)

// link counts how often something is sent after something was received.
type link struct {
	net.Conn
	trips *atomic.Int64
	sent  atomic.Bool
}

func (l *link) Write(p []byte) (int, error) {
	if !l.sent.Swap(true) {
		l.trips.Add(1)
	}
	return l.Conn.Write(p)
}

func (l *link) Read(p []byte) (int, error) {
	n, err := l.Conn.Read(p)
	l.sent.Store(false)
	return n, err
}

// BEGIN, checkpoint and rows go together, and COMMIT waits for what they say.
func TestLiveBatchIsTwoRoundTrips(t *testing.T) {
	var trips atomic.Int64
	ctx := context.Background()
	cfg, err := pgxpool.ParseConfig(pgtest.Database(t))
	if err != nil {
		t.Fatal(err)
	}
	cfg.ConnConfig.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
		return &link{Conn: conn, trips: &trips}, err
	}
	cfg.MaxConns = 1
	cfg.ShouldPing = func(context.Context, pgxpool.ShouldPingParams) bool { return false }
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	db, err := New(pool)
	if err == nil {
		err = db.Setup(ctx)
	}
	if err != nil {
		t.Fatal(err)
	}
	lease := claim(t, db, add(t, db, "quick", Declared(&notes)), "me", time.Hour)
	for i, want := range []int64{3, 2} { // once on each connection, statements are prepared
		trips.Store(0)
		at := runtime.Position(i)
		if err := advance(db, lease, at, at+1, fact(i+1, "a", created{}), fact(i+1, "b", removed{})); err != nil {
			t.Fatal(err)
		}
		if got := trips.Load(); got != want {
			t.Errorf("batch %d: %d round trips, want %d", i, got, want)
		}
	}
}

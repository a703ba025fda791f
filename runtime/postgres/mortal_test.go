package postgres

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"testing"

	"github.com/evgen/evgen/internal/faults"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/storetest"
)

// mortal is a store behind links that all end at a statement, as those of a process
// that is killed do: the server finds out when it finds out.
type mortal struct {
	proxy *faults.Proxy
	dsn   string
	opts  []Option
	// store is that of the present life; nil: it has not been opened yet.
	store *Store
}

// newMortal returns what makes mortal stores in a database, each in a schema of its own.
func newMortal(dsn string, opts ...Option) func(t testing.TB) storetest.Mortal {
	stores := 0
	return func(t testing.TB) storetest.Mortal {
		t.Helper()
		u, err := url.Parse(dsn)
		if err != nil {
			t.Fatal(err)
		}
		proxy, err := faults.Listen(u.Host)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(proxy.Close)
		stores++
		far, err := proxy.DSN(dsn)
		if err != nil {
			t.Fatal(err)
		}
		schema := WithSchema(fmt.Sprint("mortal ", stores))
		return &mortal{proxy: proxy, dsn: far, opts: slices.Concat(opts, []Option{schema, WithMigrations(), WithLogger(slog.New(slog.DiscardHandler))})}
	}
}

func (m *mortal) Open(ctx context.Context) (runtime.Store, error) {
	m.proxy.Lighten()
	m.store = nil
	s, err := Open(ctx, m.dsn, m.opts...)
	if err != nil {
		return nil, err
	}
	m.store = s
	return s, nil
}

func moments() map[storetest.Moment]faults.Moment {
	return map[storetest.Moment]faults.Moment{storetest.Before: faults.Before, storetest.During: faults.During, storetest.After: faults.After}
}

func (m *mortal) Arm(n int, at storetest.Moment, died func()) {
	s := m.store
	m.proxy.Kill(n, moments()[at], func() {
		if s != nil {
			s.closed.Store(true) // who is dead looks for no outcome
		}
		died()
	})
}

func (m *mortal) Disarm() { m.proxy.Settle() }

func (*mortal) Moments() []storetest.Moment {
	return []storetest.Moment{storetest.Before, storetest.During, storetest.After}
}

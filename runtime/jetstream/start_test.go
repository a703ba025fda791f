package jetstream_test

import (
	"context"
	"database/sql"
	"net/url"
	"path/filepath"
	"testing"
	"time"

	"github.com/evgen/evgen/internal/await"
	"github.com/evgen/evgen/internal/faults"
	"github.com/evgen/evgen/internal/pgtest"
	"github.com/evgen/evgen/runtime/delivery"
	"github.com/evgen/evgen/runtime/jetstream"
	"github.com/evgen/evgen/runtime/memstore"
	"github.com/evgen/evgen/runtime/pgmodel"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/sqlitemodel"
)

// Whoever starts before its database, as after the machine was started, waits for it.
func TestConsumerAndRelayWaitForADatabaseThatCannotBeReachedAtTheirStart(t *testing.T) {
	b, store, to, log := newBroker(t), memstore.New(), onPostgres(t), &await.Log{}
	b.stream("EVENTS")
	dsn := pgtest.Database(t)
	at, err := url.Parse(dsn)
	check(t, "parse", err)
	link, err := faults.Listen(at.Host)
	check(t, "listen", err)
	t.Cleanup(link.Close)
	through, err := link.DSN(dsn)
	check(t, "dsn", err)
	to.db, err = pgmodel.Open(t.Context(), through)
	check(t, "open", err)
	t.Cleanup(to.db.(*pgmodel.DB).Close)
	to.rows = rowsOf(to.db.(*pgmodel.DB))
	link.Darken()
	stopRelay := relay(t, store, to.db, jetstream.NewSink(b.js, "EVENTS"), projection.WithLogger(log.Logger()))
	stop := consume(t, b, &handler[*pgmodel.Tx]{target: to}, []string{"EVENTS"}, delivery.WithLogger(log.Logger()))
	add(t, store, 3, "a")
	await.Until(t, "a line in the log", func() bool { return log.Has("cannot begin yet") })
	link.Lighten()
	await.Until(t, "rows", func() bool { return len(to.rows(t)) == 3 })
	check(t, "stop", stop())
	check(t, "stop the relay", stopRelay())
}

// A consumer that waits for another process's transaction, at its start, lets itself be stopped.
func TestConsumerThatWaitsForAFileStopsAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rows.db")
	db, err := sqlitemodel.Open(t.Context(), path)
	check(t, "open", err)
	t.Cleanup(func() { _ = db.Close() })
	other, err := sql.Open("sqlite", "file:"+path+"?_txlock=immediate")
	check(t, "open", err)
	t.Cleanup(func() { _ = other.Close() })
	tx, err := other.BeginTx(context.Background(), nil)
	check(t, "begin", err)
	b, to := newBroker(t), onSQLite(t)
	to.db = db
	began := time.Now()
	soon, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	check(t, "run", consumer(t, b, &handler[*sqlitemodel.Tx]{target: to}, []string{"EVENTS"}).Run(soon))
	if took := time.Since(began); took < 100*time.Millisecond || took > 3*time.Second { // SQLite itself would wait for five
		t.Errorf("it ended after %s", took)
	}
	check(t, "roll back", tx.Rollback())
}

package pgtest

import (
	"context"
	"os"
	"testing"

	"github.com/jackc/pgx/v5"
)

func TestMain(m *testing.M) { os.Exit(Main(m)) }

func TestEachTestHasADatabaseOfItsOwn(t *testing.T) {
	one, two := connect(t, Database(t)), connect(t, Database(t))
	if _, err := one.Exec(context.Background(), "CREATE TABLE here (x int)"); err != nil {
		t.Fatal(err)
	}
	var found bool
	if err := two.QueryRow(context.Background(), "SELECT to_regclass('here') IS NOT NULL").Scan(&found); err != nil || found {
		t.Errorf("table of one database in another: %t, %v", found, err)
	}
}

func TestServerSurvivesKill(t *testing.T) {
	s := Start(t)
	before := connect(t, s.DSN("postgres"))
	if _, err := before.Exec(context.Background(), "CREATE TABLE kept AS SELECT 1 AS x"); err != nil {
		t.Fatal(err)
	}
	s.Kill()
	if err := before.Ping(context.Background()); err == nil {
		t.Fatal("a connection outlives the server")
	}
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	var x int
	if err := connect(t, s.DSN("postgres")).QueryRow(context.Background(), "SELECT x FROM kept").Scan(&x); err != nil || x != 1 {
		t.Errorf("what was committed before the kill: %d, %v", x, err)
	}
}

func connect(t *testing.T, dsn string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

// Package pgtest gives tests a PostgreSQL server.
//
// In goes nothing but the server's binaries (initdb and postgres, found on PATH or where distributions put them), out
// comes a cluster of its own: in a new directory, on a free loopback port, with fsync on, run by another user where the
// tests run as root, gone when the tests end, be it by kill. It never skips: without binaries tests fail and say what to
// install. If EVGEN_TEST_POSTGRES names a server (a DSN whose user may create databases), [Database] uses that instead.
package pgtest

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Env names the variable that holds the DSN of a server to use instead of a throwaway one.
const Env = "EVGEN_TEST_POSTGRES"

// shared is the server of this test binary, started on first use and stopped by Main.
var shared struct {
	mu     sync.Mutex
	server *Server
	main   bool
}

// Main runs the tests of a package and then stops the server that they shared. Call it from TestMain:
//
//	func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }
func Main(m *testing.M) int {
	shared.main = true
	defer stopShared()
	return m.Run()
}

func stopShared() {
	shared.mu.Lock()
	defer shared.mu.Unlock()
	if shared.server != nil {
		shared.server.Remove()
		shared.server = nil
	}
}

// Database creates an empty database, drops it when the test ends, and returns its DSN. Tests of one binary share a
// server; each database is its own world but for what PostgreSQL shares in a cluster: roles, transaction ids, locks.
func Database(t testing.TB) string {
	t.Helper()
	if dsn := os.Getenv(Env); dsn != "" {
		return createDatabase(t, dsn)
	}
	return createDatabase(t, sharedServer(t).DSN("postgres"))
}

func sharedServer(t testing.TB) *Server {
	t.Helper()
	shared.mu.Lock()
	defer shared.mu.Unlock()
	if !shared.main {
		t.Fatal("pgtest: TestMain must call pgtest.Main")
	}
	if shared.server == nil {
		s, err := Launch()
		if err != nil {
			t.Fatal(err)
		}
		shared.server = s
	}
	return shared.server
}

func createDatabase(t testing.TB, admin string) string {
	t.Helper()
	name := "t" + strings.ReplaceAll(uuid.NewString(), "-", "")
	execute(t, admin, "CREATE DATABASE "+name)
	t.Cleanup(func() { execute(t, admin, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)") })
	return inDatabase(t, admin, name)
}

func execute(t testing.TB, dsn, statement string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, statement); err != nil {
		t.Fatalf("pgtest: %s: %v", statement, err)
	}
}

// inDatabase is dsn with another database.
func inDatabase(t testing.TB, dsn, name string) string {
	t.Helper()
	u, err := url.Parse(dsn)
	if err != nil || u.Scheme == "" {
		t.Fatalf("pgtest: %s must be a URL such as postgres://user@localhost:5432/postgres", Env)
	}
	u.Path = "/" + name
	return u.String()
}

// Start starts a server for one test alone, to be stopped, killed and started again. It is removed when the test ends.
func Start(t testing.TB, settings ...Setting) *Server {
	t.Helper()
	s, err := Launch(settings...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Remove)
	return s
}

// Setting is a server setting, as in postgresql.conf.
type Setting struct{ Name, Value string }

func (s Setting) String() string { return fmt.Sprintf("-c%s=%s", s.Name, s.Value) }

package sqlite_test

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	sqlitedriver "modernc.org/sqlite"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/sqlite"
	"github.com/evgen/evgen/runtime/storetest"
)

// mortal is a file whose process dies at a statement: what it leaves behind is the
// file and its log as they stand at that moment, as after kill -9.
type mortal struct {
	dir   string
	lives int

	mu     sync.Mutex
	left   int
	moment storetest.Moment
	died   func()
	dead   bool
}

func newMortal(t testing.TB) storetest.Mortal { return &mortal{dir: t.TempDir()} }

var errDead = errors.New("the process is dead")

// file is that of a life.
func (m *mortal) file(life int) string { return filepath.Join(m.dir, fmt.Sprint(life, ".db")) }

func (m *mortal) Open(ctx context.Context) (runtime.Store, error) {
	m.mu.Lock()
	m.dead = false
	m.lives++
	file := m.file(m.lives)
	m.mu.Unlock()
	return sqlite.Open(ctx, file, sqlite.WithDriver(mortalDriver{m}))
}

func (m *mortal) Arm(n int, at storetest.Moment, died func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.left, m.moment, m.died = n, at, died
}

func (m *mortal) Disarm() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.left = 0
}

func (*mortal) Moments() []storetest.Moment {
	return []storetest.Moment{storetest.Before, storetest.After}
}

// step runs a statement of a life, one at a time, unless that is over.
func (m *mortal) step(do func() error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.dead {
		return errDead
	}
	last := m.left == 1
	m.left = max(m.left-1, 0)
	if last && m.moment == storetest.Before {
		return m.die()
	}
	err := do()
	if last {
		return errors.Join(err, m.die())
	}
	return err
}

// die copies what there is for the next life.
func (m *mortal) die() error {
	m.dead = true
	defer m.died()
	for _, suffix := range []string{"", "-wal", "-journal"} {
		data, err := os.ReadFile(m.file(m.lives) + suffix)
		if err == nil {
			err = os.WriteFile(m.file(m.lives+1)+suffix, data, 0o600)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return errDead
}

// mortalDriver is SQLite's driver in a life of a process.
type mortalDriver struct{ *mortal }

func (d mortalDriver) Open(name string) (driver.Conn, error) {
	conn, err := (&sqlitedriver.Driver{}).Open(name)
	if err != nil {
		return nil, err
	}
	return mortalConn{conn, d.mortal}, nil
}

type mortalConn struct {
	driver.Conn
	m *mortal
}

func (c mortalConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (out driver.Result, err error) {
	for _, one := range statements(query) {
		err = c.m.step(func() (err error) {
			out, err = c.Conn.(driver.ExecerContext).ExecContext(ctx, one, args)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

var comment = regexp.MustCompile(`(?m)^\s*--.*$`)

// statements parts a script, whose triggers end with "END;", into what is a step each.
func statements(script string) []string {
	var out []string
	script = comment.ReplaceAllString(script, "")
	for rest := script; strings.TrimSpace(rest) != ""; {
		end := strings.Index(rest, ";")
		if trigger := strings.Index(rest, "CREATE TRIGGER"); trigger >= 0 && trigger < end {
			end = strings.Index(rest, "END;") + len("END")
		}
		if end < 0 {
			end = len(rest) - 1
		}
		out, rest = append(out, rest[:end+1]), rest[end+1:]
	}
	return out
}

func (c mortalConn) Prepare(query string) (driver.Stmt, error) {
	stmt, err := c.Conn.Prepare(query)
	if err != nil {
		return nil, err
	}
	return mortalStmt{stmt, c.m}, nil
}

type mortalStmt struct {
	driver.Stmt
	m *mortal
}

func (s mortalStmt) ExecContext(ctx context.Context, args []driver.NamedValue) (out driver.Result, err error) {
	err = s.m.step(func() (err error) {
		out, err = s.Stmt.(driver.StmtExecContext).ExecContext(ctx, args)
		return err
	})
	return out, err
}

func (s mortalStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (out driver.Rows, err error) {
	err = s.m.step(func() (err error) {
		out, err = s.Stmt.(driver.StmtQueryContext).QueryContext(ctx, args)
		return err
	})
	return out, err
}

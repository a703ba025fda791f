package postgres

import (
	"context"
	"errors"
	"net/url"
	"testing"

	"github.com/google/uuid"

	"github.com/evgen/evgen/internal/pgtest"
	"github.com/evgen/evgen/runtime"
)

// program creates a role with nothing but what WithRole grants, and a store opened by it.
func program(t *testing.T, opts ...Option) (owner, program *Store) {
	t.Helper()
	dsn, role := pgtest.Database(t), `pro"gram`+uuid.NewString()
	pool, ctx := newTestPool(t, dsn), context.Background()
	if _, err := pool.Exec(ctx, `CREATE ROLE `+quote(role)+` LOGIN`); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, _ = pool.Exec(ctx, `DROP OWNED BY `+quote(role))
		_, _ = pool.Exec(ctx, `DROP ROLE `+quote(role))
	})
	owner = newOnPool(t, pool, append(opts, WithMigrations(), WithRole(role))...)
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.User(role)
	return owner, openStore(t, u.String())
}

func TestProgramsRoleReadsAndAppendsAndNoMore(t *testing.T) {
	for name, opts := range map[string][]Option{"one table": nil, "partitions": {WithPartitions(100)}} {
		t.Run(name, func(t *testing.T) {
			_, s := program(t, opts...)
			ctx := context.Background()
			mustAppend(t, s, stream(1), runtime.ExpectNew(), batchOf(3)...)
			mustAppend(t, s, stream(1), runtime.ExpectVersion(3), placed(1))
			if done, err := s.Import(ctx, rawRecords(20, 3)); err != nil || done.Events != 20 {
				t.Errorf("import: %+v, %v", done, err)
			}
			for _, refused := range []string{
				`UPDATE evgen.events SET data = ''`, `DELETE FROM evgen.events`, `TRUNCATE evgen.events`,
				`UPDATE evgen.store SET first_kept = 9`, `DELETE FROM evgen.streams`, `SELECT setval('evgen.events_position', 1)`,
			} {
				if _, err := s.pool.Exec(ctx, refused); !errors.Is(named(err), ErrNoRights) {
					t.Errorf("%s: %v", refused, err)
				}
			}
		})
	}
}

func TestEvenTheOwnerCannotChangeEvents(t *testing.T) {
	for name, opts := range map[string][]Option{"one table": nil, "partitions": {WithPartitions(100)}} {
		t.Run(name, func(t *testing.T) {
			s, ctx := newStore(t, opts...), context.Background()
			mustAppend(t, s, stream(1), runtime.ExpectNew(), batchOf(3)...)
			statements := []string{`UPDATE evgen.events SET data = ''`, `DELETE FROM evgen.events`, `TRUNCATE evgen.events`}
			if opts != nil {
				statements = append(statements, `TRUNCATE evgen.events_0`, `DELETE FROM evgen.events_0`)
			}
			for _, refused := range statements {
				if _, err := s.pool.Exec(ctx, refused); !errors.Is(named(err), ErrNoRights) {
					t.Errorf("%s: %v", refused, err)
				}
			}
			if n := len(rows(t, s)); n != 3 {
				t.Errorf("%d events", n)
			}
		})
	}
}

func TestErrorsSayWhatIsWrong(t *testing.T) {
	owner, s := program(t)
	ctx := context.Background()
	if _, err := owner.pool.Exec(ctx, `REVOKE INSERT ON evgen.events FROM PUBLIC, `+quote(s.pool.Config().ConnConfig.User)); err != nil {
		t.Fatal(err)
	}
	if _, err := call(s, ctx, stream(1), runtime.ExpectNew(), 1)(); !errors.Is(err, ErrNoRights) {
		t.Errorf("without the right to insert: %v", err)
	}
	if _, err := Migrate(ctx, s.pool, WithSchema("mine")); !errors.Is(err, ErrNoRights) {
		t.Errorf("a migration by the program: %v", err)
	}
	readOnly := openStore(t, owner.pool.Config().ConnString()+"&default_transaction_read_only=on")
	if _, err := call(readOnly, ctx, stream(1), runtime.ExpectNew(), 1)(); !errors.Is(err, ErrReadOnly) {
		t.Errorf("read-only: %v", err)
	}
	for _, dsn := range []string{"postgres://nobody@127.0.0.1:1/none?sslmode=disable", "postgres://%zz", owner.pool.Config().ConnString() + "x"} {
		if _, err := Open(ctx, dsn); !errors.Is(err, ErrUnreachable) {
			t.Errorf("%s: %v", dsn, err)
		}
	}
	if _, err := owner.pool.Exec(ctx, `DROP SCHEMA evgen CASCADE`); err != nil {
		t.Fatal(err)
	}
	if _, err := call(s, ctx, stream(1), runtime.ExpectNew(), 1)(); !errors.Is(err, ErrNotMigrated) && !errors.Is(err, ErrNoRights) {
		t.Errorf("without tables: %v", err)
	}
}

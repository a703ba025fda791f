package postgres

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

//go:embed migrations
var scripts embed.FS

// Migration is one step of the tables, for tools that apply steps themselves:
// SQL is a script that is applied once, in one transaction, and records itself.
type Migration struct {
	Version int
	Name    string
	SQL     string
	digest  string
}

// Migrated says what [Migrate] found and left.
type Migrated struct {
	// From is the level before, 0 for no tables; To the level after.
	From, To int
}

// Migrations returns all steps in order, with schema, role and partitions filled in.
func Migrations(opts ...Option) ([]Migration, error) {
	c, err := newConfig(opts)
	if err != nil {
		return nil, fmt.Errorf("migrations: %w", err)
	}
	return migrations(c), nil
}

// Migrate brings the tables up to date, in one transaction, under a lock that
// makes other processes wait for it. A role given by [WithRole] is granted its
// rights each time. It needs the rights of the schema's owner, or to create one.
//
// Errors: *[NewerStoreError], [ErrNoRights], [ErrUnreachable], [ErrReadOnly].
func Migrate(ctx context.Context, pool *pgxpool.Pool, opts ...Option) (Migrated, error) {
	c, err := newConfig(opts)
	if err != nil {
		return Migrated{}, fmt.Errorf("migrate event store: %w", err)
	}
	return migrate(ctx, pool, c)
}

func migrate(ctx context.Context, pool *pgxpool.Pool, c config) (done Migrated, err error) {
	err = inTransaction(ctx, pool, func(tx pgx.Tx) error {
		if err := lockMigrations(ctx, tx); err != nil {
			return err
		}
		done, err = migrateLocked(ctx, tx, c)
		return err
	})
	if err != nil {
		return Migrated{}, fmt.Errorf("migrate event store: %w", err)
	}
	return done, nil
}

// lockMigrations keeps others from changing tables until tx ends. The number is
// the package's own; one lock serves all schemas of a database.
func lockMigrations(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(7308895159187472238)`)
	return named(err)
}

func migrateLocked(ctx context.Context, tx pgx.Tx, c config) (Migrated, error) {
	level, err := level(ctx, tx, newNames(c.schema))
	steps := migrations(c)
	done := Migrated{From: level, To: len(steps)}
	switch {
	case err != nil:
		return done, err
	case level > len(steps):
		return done, &NewerStoreError{Found: level, Known: len(steps)}
	}
	for _, step := range steps[level:] {
		if err := script(ctx, tx, step.SQL); err != nil {
			return done, fmt.Errorf("step %d (%s): %w", step.Version, step.Name, err)
		}
	}
	if err := script(ctx, tx, c.grants()); err != nil {
		return done, fmt.Errorf("grant rights to %q: %w", c.role, err)
	}
	return done, nil
}

// script runs statements by the simple protocol, which takes several at once.
func script(ctx context.Context, tx pgx.Tx, sql string) error {
	_, err := tx.Conn().PgConn().Exec(ctx, sql).ReadAll()
	return named(err)
}

// querier is what pgx's connections, pools and transactions have in common.
type querier interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// findLevel reads pg_class_relname_nsp_index. A regclass would be looked up in the
// session's cache, which knows nothing of tables that others made while this
// transaction waited for its lock.
const findLevel = `SELECT EXISTS (SELECT FROM pg_catalog.pg_tables
	WHERE tablename = 'migrations' AND '"' || replace(schemaname, '"', '""') || '"' = '{'schema}')`

// level returns the newest step that was applied, 0 if there are no tables.
func level(ctx context.Context, q querier, n names) (int, error) {
	var exists bool
	var level int
	err := q.QueryRow(ctx, n.fill(findLevel)).Scan(&exists)
	if err == nil && exists {
		// the primary key, or a scan of a few rows
		err = q.QueryRow(ctx, n.fill(`SELECT coalesce(max(version), 0) FROM {schema}.migrations`)).Scan(&level)
	}
	if err != nil {
		return 0, fmt.Errorf("level of the tables: %w", named(err))
	}
	return level, nil
}

// checkLevel demands the tables of this release.
func checkLevel(ctx context.Context, q querier, n names) error {
	found, err := level(ctx, q, n)
	known := len(stepFiles())
	switch {
	case err != nil:
		return err
	case found > known:
		return &NewerStoreError{Found: found, Known: known}
	case found < known:
		return fmt.Errorf("%w (level %d of %d)", ErrNotMigrated, found, known)
	}
	return nil
}

// migrations reads the steps and fills in what c says.
func migrations(c config) []Migration {
	n := newNames(c.schema)
	var out []Migration
	for i, file := range stepFiles() {
		text := mustRead(file)
		version, name, _ := strings.Cut(strings.TrimSuffix(file, ".sql"), "_")
		if number, err := strconv.Atoi(version); err != nil || number != i+1 {
			panic("postgres: migration " + file + " is out of order")
		}
		sum := sha256.Sum256([]byte(text))
		m := Migration{Version: i + 1, Name: name, digest: hex.EncodeToString(sum[:])}
		m.SQL = n.fill(c.storage(text)) + m.record(n) + c.grants()
		out = append(out, m)
	}
	return out
}

// record returns the statement by which a step is known to have been applied.
func (m Migration) record(n names) string {
	values := fmt.Sprintf("(%d, '%s', '%s');\n", m.Version, m.Name, m.digest)
	return n.fill("\nINSERT INTO {schema}.migrations (version, name, digest) VALUES ") + values
}

// grants returns the statements that give a program's role its rights.
func (c config) grants() string {
	if c.role == "" {
		return ""
	}
	return newNames(c.schema).fill(strings.ReplaceAll(mustRead("grants.sql"), "{role}", quote(c.role)))
}

// stepFiles lists the scripts of the steps, in order.
func stepFiles() []string {
	entries, err := fs.Glob(scripts, "migrations/0*.sql")
	if err != nil {
		panic(err)
	}
	for i := range entries {
		entries[i] = strings.TrimPrefix(entries[i], "migrations/")
	}
	return entries
}

// mustRead panics only if the build has lost an embedded file.
func mustRead(name string) string {
	text, err := scripts.ReadFile("migrations/" + name)
	if err != nil {
		panic(err)
	}
	return string(text)
}

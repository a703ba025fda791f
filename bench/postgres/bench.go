package main

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"runtime"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/evgen/evgen/internal/pgtest"
	"github.com/evgen/evgen/runtime/postgres"
)

// bench is a cluster, and what to do on it.
type bench struct {
	options
	server    *pgtest.Server // nil if the server is another one's
	databases int
}

func newBench(_ context.Context, o options) (*bench, error) {
	b := &bench{options: o}
	if o.dsn != "" {
		return b, nil
	}
	server, err := pgtest.Launch()
	if err != nil {
		return nil, err
	}
	b.server, b.dsn = server, server.DSN("postgres")
	return b, nil
}

func (b *bench) close() error {
	if b.server != nil {
		b.server.Remove()
	}
	return nil
}

// machine says what was measured on.
func (b *bench) machine(ctx context.Context) string {
	version := "?"
	if conn, err := pgx.Connect(ctx, b.dsn); err == nil {
		_ = conn.QueryRow(ctx, "SHOW server_version").Scan(&version)
		_ = conn.Close(ctx)
	}
	load, _, _ := strings.Cut(readFile("/proc/loadavg"), " ")
	return fmt.Sprintf("PostgreSQL %s, %s, %d processors shared by both, load at the start %s", version, runtime.Version(), runtime.NumCPU(), load)
}

func readFile(path string) string {
	content, _ := os.ReadFile(path) // only for the heading
	return string(content)
}

// database creates an empty database and returns its DSN.
func (b *bench) database(ctx context.Context) (dsn string, drop func(), err error) {
	b.databases++
	name := fmt.Sprintf("bench%d", b.databases)
	if err := b.admin(ctx, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)"); err != nil {
		return "", nil, err
	}
	if err := b.admin(ctx, "CREATE DATABASE "+name); err != nil {
		return "", nil, err
	}
	u, err := url.Parse(b.dsn)
	if err != nil {
		return "", nil, err
	}
	u.Path = "/" + name
	drop = func() { _ = b.admin(context.WithoutCancel(ctx), "DROP DATABASE "+name+" WITH (FORCE)") }
	return u.String(), drop, nil
}

// store opens an empty store in a database of its own; drop ends both.
func (b *bench) store(ctx context.Context) (p *pgxpool.Pool, s *postgres.Store, drop func(), err error) {
	dsn, dropDatabase, err := b.database(ctx)
	if err != nil {
		return nil, nil, nil, err
	}
	if p, err = pool(ctx, dsn, "on", 32); err != nil {
		dropDatabase()
		return nil, nil, nil, err
	}
	drop = func() { p.Close(); dropDatabase() }
	if s, err = postgres.New(ctx, p, postgres.WithMigrations()); err != nil {
		drop()
		return nil, nil, nil, err
	}
	return p, s, drop, nil
}

// checkpoint brings the cluster to rest, so that no measurement pays for the one before.
func (b *bench) checkpoint(ctx context.Context) error { return b.admin(ctx, "CHECKPOINT") }

func (b *bench) admin(ctx context.Context, statement string) error {
	conn, err := pgx.Connect(ctx, b.dsn)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, statement); err != nil {
		return fmt.Errorf("%s: %w", statement, err)
	}
	return nil
}

// pool opens connections whose commits wait for the disk, or do not.
func pool(ctx context.Context, dsn string, commit string, size int) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, err
	}
	config.MaxConns = int32(size)
	config.ConnConfig.RuntimeParams["synchronous_commit"] = commit
	return pgxpool.NewWithConfig(ctx, config)
}

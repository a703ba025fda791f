package main

import (
	"context"
	_ "embed"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/evgen/evgen/runtime"
)

//go:embed limits.sql
var createPlain string

const (
	insertPlain = `INSERT INTO plain (id, stream, version, type, type_version, tenant, correlation, causation, actor, occurred_at, recorded_at, headers, data)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`
	indexPlain = `ALTER TABLE plain ADD PRIMARY KEY (position);
CREATE UNIQUE INDEX plain_by_stream ON plain (stream, version);
CREATE UNIQUE INDEX plain_by_id ON plain (id)`
	unindexPlain = `ALTER TABLE plain DROP CONSTRAINT plain_pkey;
DROP INDEX plain_by_stream;
DROP INDEX plain_by_id`
	selectPlain = `SELECT position, id, stream, version, type, type_version, tenant, correlation, causation, actor, occurred_at, recorded_at, headers, data
FROM plain ORDER BY position`
)

var plainColumns = []string{"id", "stream", "version", "type", "type_version", "tenant", "correlation", "causation", "actor", "occurred_at", "recorded_at", "headers", "data"}

// columns are the values of a row of plain. The time of recording is given, since a default that has to be computed
// would keep COPY from writing many rows at once.
func columns(rec *runtime.Record) []any {
	return []any{
		[16]byte(rec.ID), rec.Stream.String(), int64(rec.StreamVersion), rec.Type, int32(rec.Version), string(rec.Tenant),
		[16]byte(rec.Correlation), [16]byte(rec.Causation), rec.Actor, rec.OccurredAt, moment, nil, rec.Data,
	}
}

func insertBare(ctx context.Context, p *pgxpool.Pool, rec *runtime.Record) error {
	_, err := p.Exec(ctx, insertPlain, columns(rec)...)
	return err
}

func copyBare(ctx context.Context, p *pgxpool.Pool, recs []runtime.Record) error {
	rows := pgx.CopyFromSlice(len(recs), func(i int) ([]any, error) { return columns(&recs[i]), nil })
	n, err := p.CopyFrom(ctx, pgx.Identifier{"plain"}, plainColumns, rows)
	if err == nil && n != int64(len(recs)) {
		return fmt.Errorf("copied %d of %d rows", n, len(recs))
	}
	return err
}

package postgres

import (
	"context"
	_ "embed"
	"errors"
	"maps"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/evgen/evgen/runtime"
)

const (
	// streams_pkey, once for each name; locked in an order that all imports share
	selectHeads = `SELECT s.stream, s.version, s.tenant FROM unnest($1::text[]) asked (stream)
		CROSS JOIN LATERAL (SELECT stream, version, tenant FROM {schema}.streams t
			WHERE t.stream = asked.stream LIMIT 1 FOR UPDATE) s`

	copyEvents = `COPY {schema}.events ` + copiedColumns + ` FROM STDIN BINARY`
)

//go:embed sql/import_heads.sql
var moveHeads string

// commit writes one chunk, again where other writers interfere. A stream that others
// began meanwhile can do so once only: that does not count as a failure.
func (im *importer) commit(ctx context.Context, chunk []runtime.Record) error {
	for failures := 0; ; {
		counts, err := im.try(ctx, chunk)
		switch {
		case err == nil:
			im.done = counts
			im.store.grown.Notify()
			return nil
		case errors.Is(err, errRaced):
			continue
		case failures == maxRetries || !transient(err):
			return err
		}
		failures++
		if err := pause(ctx, failures); err != nil {
			return err
		}
	}
}

func (im *importer) try(ctx context.Context, chunk []runtime.Record) (counts runtime.Imported, err error) {
	err = inTransaction(ctx, im.store.pool, func(tx pgx.Tx) error {
		counts, err = im.merge(ctx, tx, chunk)
		return err
	})
	return counts, err
}

// merge brings a chunk into a transaction and returns the counts if it commits.
func (im *importer) merge(ctx context.Context, tx pgx.Tx, chunk []runtime.Record) (runtime.Imported, error) {
	counts, conn := im.done, tx.Conn()
	fresh, err := im.fresh(ctx, conn, chunk)
	counts.Duplicates += len(chunk) - len(fresh)
	if err != nil || len(fresh) == 0 {
		return counts, err
	}
	if err := im.number(ctx, conn, fresh); err != nil {
		return counts, err
	}
	im.block = appendCopyHeader(im.block[:0])
	for _, rec := range fresh {
		im.block = appendRow(im.block, rec)
	}
	if err := im.send(ctx, conn, copyEvents); err != nil {
		return counts, err
	}
	counts.Events += len(fresh)
	if err := im.given(ctx, conn, &counts); err != nil {
		return counts, err
	}
	return counts, im.store.effect(ctx, tx, fresh)
}

// fresh returns what of a chunk is not stored yet. A record that is stored, or
// comes twice, with other content is an *[runtime.IdempotencyError].
func (im *importer) fresh(ctx context.Context, conn *pgx.Conn, chunk []runtime.Record) ([]*runtime.Record, error) {
	ids := make([]uuid.UUID, len(chunk))
	for i := range chunk {
		ids[i] = chunk[i].ID
	}
	stored, err := im.writer.stored(ctx, conn, ids)
	if err != nil {
		return nil, err
	}
	out := make([]*runtime.Record, 0, len(chunk))
	seen := make(map[uuid.UUID]*runtime.Record, len(chunk))
	for i := range chunk {
		rec, known := &chunk[i], stored[i]
		if known == nil {
			known = seen[rec.ID]
		}
		switch {
		case known == nil:
			out, seen[rec.ID] = append(out, rec), rec
		case !rec.SameContent(known):
			return nil, &runtime.IdempotencyError{ID: rec.ID, Stream: known.Stream, Reason: "with other content"}
		}
	}
	return out, nil
}

// number gives records their versions and moves the heads of their streams.
func (im *importer) number(ctx context.Context, conn *pgx.Conn, records []*runtime.Record) error {
	heads := make(map[string]*head)
	for _, rec := range records {
		if heads[rec.Stream.String()] == nil {
			heads[rec.Stream.String()] = &head{tenant: rec.Tenant}
		}
	}
	names := slices.Sorted(maps.Keys(heads))
	if err := im.see(ctx, conn, names, heads); err != nil {
		return err
	}
	for _, rec := range records {
		if err := heads[rec.Stream.String()].advance(rec); err != nil {
			return err
		}
	}
	return im.moveHeads(ctx, conn, names, heads)
}

// see reads, and locks, the heads of the streams that exist.
func (im *importer) see(ctx context.Context, conn *pgx.Conn, names []string, heads map[string]*head) error {
	var p params
	p.array(oidText, len(names), func(b []byte, i int) []byte { return appendText(b, names[i]) })
	return im.heads.run(ctx, conn, &p, func(v [][]byte) error {
		version := readInt8(v[1])
		*heads[string(v[0])] = head{before: version, after: version, tenant: runtime.Tenant(v[2])}
		return nil
	})
}

func (im *importer) moveHeads(ctx context.Context, conn *pgx.Conn, names []string, heads map[string]*head) error {
	var p params
	p.array(oidText, len(names), func(b []byte, i int) []byte { return appendText(b, names[i]) })
	p.array(oidInt8, len(names), func(b []byte, i int) []byte { return appendInt8(b, heads[names[i]].before) })
	p.array(oidInt8, len(names), func(b []byte, i int) []byte { return appendInt8(b, heads[names[i]].after) })
	p.array(oidText, len(names), func(b []byte, i int) []byte { return appendText(b, string(heads[names[i]].tenant)) })
	p.array(oidTimestamptz, len(names), func(b []byte, i int) []byte { return appendTime(b, heads[names[i]].recorded) })
	var moved int64
	err := im.move.run(ctx, conn, &p, func(v [][]byte) error { moved = readInt8(v[0]); return nil })
	if err == nil && moved < int64(len(names)) {
		err = errRaced
	}
	return err
}

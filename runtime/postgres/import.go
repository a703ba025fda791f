package postgres

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/evgen/evgen/runtime"
)

// An import commits after so many records or so many bytes of payload, which
// bounds its memory to about three times as much.
const (
	importRecords = 10_000
	importBytes   = 8 << 20
)

const (
	// streams_pkey, once for each name; locked in an order that all imports share
	selectHeads = `SELECT s.stream, s.version, s.tenant FROM unnest($1::text[]) asked (stream)
		CROSS JOIN LATERAL (SELECT stream, version, tenant FROM {schema}.streams t
			WHERE t.stream = asked.stream LIMIT 1 FOR UPDATE) s`

	copyEvents = `COPY {schema}.events (id, stream, version, type, type_version, tenant, correlation, causation,
		actor, occurred_at, recorded_at, headers, data) FROM STDIN BINARY`

	// the last position that this session was given
	selectGiven = `SELECT currval('{'schema}.events_position')`
)

//go:embed sql/import_heads.sql
var moveHeads string

// Import implements [runtime.Importer]. Events are copied in, some thousands in a
// transaction, beside whatever else goes on; a transaction that fails is not part
// of the counts returned.
func (s *Store) Import(ctx context.Context, records iter.Seq2[runtime.Record, error]) (runtime.Imported, error) {
	if !s.group.enter() {
		return runtime.Imported{}, fmt.Errorf("import: %w", runtime.ErrClosed)
	}
	defer s.group.calls.Done()
	im := &importer{store: s, writer: s.group.writer, heads: newStatement(s.names, selectHeads), move: newStatement(s.names, moveHeads)}
	next, stop := iter.Pull2(records)
	defer stop()
	for more := true; more; {
		var chunk []runtime.Record
		var err error
		if chunk, more, err = pull(next); err == nil {
			err = im.commit(ctx, chunk)
		}
		if err != nil {
			return im.done, fmt.Errorf("import: %w", because(ctx, err))
		}
	}
	return im.done, nil
}

// pull takes the records of one transaction; more is false at the end.
func pull(next func() (runtime.Record, error, bool)) (chunk []runtime.Record, more bool, err error) {
	for size := 0; len(chunk) < importRecords && size < importBytes; {
		rec, err, ok := next()
		if !ok {
			return chunk, false, nil
		}
		if err == nil {
			rec, err = runtime.ForImport(rec, time.Now())
		}
		if err != nil {
			return nil, false, err
		}
		chunk = append(chunk, rec)
		size += len(rec.Data)
	}
	return chunk, true, nil
}

// importer writes chunks of one import.
type importer struct {
	store       *Store
	writer      *writer
	heads, move statement
	done        runtime.Imported
	block       []byte
}

// commit writes one chunk, again where other writers interfere.
func (im *importer) commit(ctx context.Context, chunk []runtime.Record) error {
	if len(chunk) == 0 {
		return ctx.Err()
	}
	for retry := 1; ; retry++ {
		counts, err := im.try(ctx, chunk)
		if err == nil {
			im.done = counts
			im.store.grown.Notify()
			return nil
		}
		if retry > maxRetries || !errors.Is(err, errRaced) && !transient(err) {
			return err
		}
		if err := pause(ctx, retry); err != nil {
			return err
		}
	}
}

func (im *importer) try(ctx context.Context, chunk []runtime.Record) (counts runtime.Imported, err error) {
	err = inTransaction(ctx, im.store.pool, func(tx pgx.Tx) error {
		counts, err = im.write(ctx, tx.Conn(), chunk)
		return err
	})
	return counts, err
}

// write brings a chunk into a transaction and returns the counts if it commits.
func (im *importer) write(ctx context.Context, conn *pgx.Conn, chunk []runtime.Record) (runtime.Imported, error) {
	counts := im.done
	fresh, err := im.fresh(ctx, conn, chunk)
	counts.Duplicates += len(chunk) - len(fresh)
	if err != nil || len(fresh) == 0 {
		return counts, err
	}
	if err := im.number(ctx, conn, fresh); err != nil {
		return counts, err
	}
	im.block = appendRows(im.block[:0], fresh)
	if _, err := conn.PgConn().CopyFrom(ctx, bytes.NewReader(im.block), im.store.names.fill(copyEvents)); err != nil {
		return counts, err
	}
	counts.Events += len(fresh)
	return counts, conn.QueryRow(ctx, im.store.names.fill(selectGiven)).Scan(&counts.Position)
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

// head is that of a stream before and after a chunk.
type head struct {
	before, after int64
	tenant        runtime.Tenant
	recorded      time.Time
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
		h := heads[rec.Stream.String()]
		if h.tenant != rec.Tenant {
			return &runtime.TenantError{Stream: rec.Stream, Tenant: rec.Tenant}
		}
		h.after++
		rec.StreamVersion = runtime.StreamVersion(h.after)
		if rec.RecordedAt.After(h.recorded) {
			h.recorded = rec.RecordedAt
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

// appendRows appends records in the binary format of COPY.
func appendRows(b []byte, records []*runtime.Record) []byte {
	b = append(b, "PGCOPY\n\xff\r\n\x00"...)
	b = binary.BigEndian.AppendUint64(b, 0) // no flags, no extension
	for _, r := range records {
		b = binary.BigEndian.AppendUint16(b, 13)
		b = appendID(b, r.ID)
		b = appendText(b, r.Stream.String())
		b = appendInt8(b, int64(r.StreamVersion))
		b = appendText(b, r.Type)
		b = appendInt4(b, r.Version)
		b = appendText(b, string(r.Tenant))
		b = appendID(b, r.Correlation)
		b = appendID(b, r.Causation)
		b = appendText(b, r.Actor)
		b = appendTime(b, r.OccurredAt)
		b = appendTime(b, r.RecordedAt)
		b = appendBytes(b, headers(r))
		b = appendBytes(b, r.Data)
	}
	return binary.BigEndian.AppendUint16(b, 0xffff)
}

package postgres

import (
	"bytes"
	"context"
	"encoding/binary"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/evgen/evgen/runtime"
)

const (
	copiedColumns = `(id, stream, version, type, type_version, tenant, correlation, causation,
		actor, occurred_at, recorded_at, headers, data)`

	// the last position that this session was given
	selectGiven = `SELECT currval('{'schema}.events_position')`
)

// head is that of a stream before and after a chunk.
type head struct {
	before, after int64
	tenant        runtime.Tenant
	recorded      time.Time
}

// advance gives rec the next version of its stream.
func (h *head) advance(rec *runtime.Record) error {
	if h.tenant != rec.Tenant {
		return &runtime.TenantError{Stream: rec.Stream, Tenant: rec.Tenant}
	}
	h.after++
	rec.StreamVersion = runtime.StreamVersion(h.after)
	if rec.RecordedAt.After(h.recorded) {
		h.recorded = rec.RecordedAt
	}
	return nil
}

// send sends the block by a COPY statement.
func (im *importer) send(ctx context.Context, conn *pgx.Conn, statement string) error {
	return im.copy(ctx, conn, statement, im.block)
}

// copy sends a block of rows, which it ends.
func (im *importer) copy(ctx context.Context, conn *pgx.Conn, statement string, block []byte) error {
	block = binary.BigEndian.AppendUint16(block, 0xffff)
	_, err := conn.PgConn().CopyFrom(ctx, bytes.NewReader(block), im.store.names.fill(statement))
	return err
}

// given notes the last position that conn's session was given.
func (im *importer) given(ctx context.Context, conn *pgx.Conn, counts *runtime.Imported) error {
	return conn.QueryRow(ctx, im.store.names.fill(selectGiven)).Scan(&counts.Position)
}

// appendCopyHeader appends what precedes rows in the binary format of COPY.
func appendCopyHeader(b []byte) []byte {
	b = append(b, "PGCOPY\n\xff\r\n\x00"...)
	return binary.BigEndian.AppendUint64(b, 0) // no flags, no extension
}

// appendRow appends a record as a row of copiedColumns.
func appendRow(b []byte, r *runtime.Record) []byte {
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
	return appendBytes(b, r.Data)
}

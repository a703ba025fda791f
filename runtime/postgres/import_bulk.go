package postgres

import (
	"context"
	_ "embed"
	"encoding/binary"
	"errors"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/evgen/evgen/runtime"
)

// An import of fewer records does not stop others for the sake of its speed; one
// of more events or streams does not take more memory for it.
const (
	leastInBulk = 1000
	mostInBulk  = 10_000_000
	mostStreams = 1_000_000
)

const (
	// events_pkey, streams_pkey: the first row that there is
	selectBulk = `SELECT pg_has_role(c.relowner, 'USAGE') AND c.relkind = 'r'
			AND NOT EXISTS (SELECT FROM {schema}.events) AND NOT EXISTS (SELECT FROM {schema}.streams)
		FROM pg_class c WHERE c.oid = '{'schema}.events'::regclass`

	copyFrozen  = `COPY {schema}.events ` + copiedColumns + ` FROM STDIN (FORMAT binary, FREEZE)`
	copyStreams = `COPY {schema}.streams (stream, version, tenant, recorded_at) FROM STDIN BINARY`
)

var (
	//go:embed sql/bulk_lock.sql
	lockEvents string
	//go:embed sql/bulk_begin.sql
	dropIndexes string
	//go:embed sql/bulk_end.sql
	buildKey string
)

// bulk is the part of an import that goes into a store without events.
type bulk struct {
	*importer
	counts runtime.Imported
	heads  map[string]*head
	// seen holds a digest of each id: where one comes again the id may.
	seen map[uint64]struct{}
	// refused is why records cannot be imported; those before it are.
	refused error
}

// errNotInBulk says that others use the store in a way that excludes a bulk import.
var errNotInBulk = errors.New("events cannot be imported in bulk")

// writeInBulk imports first, and chunks until there are no more, if the store
// allows it. It returns the records that were taken from chunks and not imported.
func (im *importer) writeInBulk(ctx context.Context, first []runtime.Record, chunks <-chan []runtime.Record) (rest []runtime.Record, err error) {
	if len(first) < leastInBulk || im.store.config.inline != nil {
		return first, nil
	}
	if possible, err := im.bulkIsPossible(ctx, im.store.pool); err != nil || !possible {
		return first, err
	}
	b := &bulk{importer: im, heads: make(map[string]*head), seen: make(map[uint64]struct{})}
	err = inTransaction(ctx, im.store.pool, func(tx pgx.Tx) error {
		if err := b.begin(ctx, tx); err != nil {
			return err
		}
		rest, err = b.fill(ctx, tx.Conn(), first, chunks)
		if err != nil {
			return err
		}
		return b.end(ctx, tx)
	})
	if errors.Is(err, errNotInBulk) {
		return first, nil
	}
	if err != nil {
		return nil, err
	}
	im.done = b.counts
	im.store.grown.Notify()
	return rest, b.refused
}

func (im *importer) bulkIsPossible(ctx context.Context, q querier) (possible bool, err error) {
	err = q.QueryRow(ctx, im.store.names.fill(selectBulk)).Scan(&possible)
	return possible, err
}

// begin takes the store for this transaction alone, and its indexes from it. What
// the database refuses, say because other tables refer to events, is errNotInBulk.
func (b *bulk) begin(ctx context.Context, tx pgx.Tx) error {
	err := script(ctx, tx, b.store.names.fill(lockEvents))
	if err == nil {
		var possible bool
		if possible, err = b.bulkIsPossible(ctx, tx); err == nil && !possible {
			return errNotInBulk
		}
	}
	if err == nil {
		err = script(ctx, tx, b.store.names.fill(dropIndexes))
	}
	var failure *pgconn.PgError
	if errors.As(err, &failure) && !mayHaveCommitted(failure) {
		return errNotInBulk
	}
	return err
}

// fill copies chunks until there are no more, or no more can be taken in. While the
// database takes in the rows of one chunk, those of the next are made: one after the
// other took a tenth longer.
func (b *bulk) fill(ctx context.Context, conn *pgx.Conn, chunk []runtime.Record, chunks <-chan []runtime.Record) (rest []runtime.Record, err error) {
	var spare []byte
	sent := func() error { return nil }
	for ok := true; ok; chunk, ok = <-chunks {
		n := b.take(chunk)
		if err := sent(); err != nil {
			return nil, err
		}
		sent = b.sendBeside(ctx, conn)
		b.block, spare = spare, b.block
		b.counts.Events += n
		if n < len(chunk) || len(b.seen) >= mostInBulk || len(b.heads) >= mostStreams {
			rest = chunk[n:]
			break
		}
	}
	return rest, sent()
}

// sendBeside begins to send the block; wait, to be called once, blocks until it is sent.
func (b *bulk) sendBeside(ctx context.Context, conn *pgx.Conn) (wait func() error) {
	block, done := b.block, make(chan error, 1)
	go func() { done <- b.copy(ctx, conn, copyFrozen, block) }()
	return func() error { return <-done }
}

// take makes rows of records, up to one whose id may have come before or that is
// refused, and returns how many.
func (b *bulk) take(chunk []runtime.Record) int {
	b.block = appendCopyHeader(b.block[:0])
	for i := range chunk {
		rec := &chunk[i]
		digest := binary.NativeEndian.Uint64(rec.ID[:8]) ^ binary.NativeEndian.Uint64(rec.ID[8:])
		if _, known := b.seen[digest]; known {
			return i
		}
		h := b.heads[rec.Stream.String()]
		if h == nil {
			h = &head{tenant: rec.Tenant}
			b.heads[rec.Stream.String()] = h
		}
		if b.refused = h.advance(rec); b.refused != nil {
			return i
		}
		b.seen[digest] = struct{}{}
		b.block = appendRow(b.block, rec)
	}
	return len(chunk)
}

// end writes the heads of all streams and builds the indexes.
func (b *bulk) end(ctx context.Context, tx pgx.Tx) error {
	b.block = appendCopyHeader(b.block[:0])
	for _, stream := range slices.Sorted(maps.Keys(b.heads)) {
		h := b.heads[stream]
		b.block = binary.BigEndian.AppendUint16(b.block, 4)
		b.block = appendText(b.block, stream)
		b.block = appendInt8(b.block, h.after)
		b.block = appendText(b.block, string(h.tenant))
		b.block = appendTime(b.block, h.recorded)
	}
	if err := b.send(ctx, tx.Conn(), copyStreams); err != nil {
		return err
	}
	if err := script(ctx, tx, b.store.names.fill(buildKey+mustRead("indexes.sql"))); err != nil {
		return err
	}
	return b.given(ctx, tx.Conn(), &b.counts)
}

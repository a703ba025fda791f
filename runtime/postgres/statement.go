package postgres

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"sync"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/evgen/evgen/runtime"
)

var (
	//go:embed sql/append_one.sql
	appendOne string
	//go:embed sql/append_many.sql
	appendMany string
)

// statement is a prepared statement with the name that it has on every connection.
type statement struct {
	name, sql string
}

func newStatement(n names, sql string) statement {
	sql = n.fill(sql)
	sum := sha256.Sum256([]byte(sql))
	return statement{name: "evgen_" + hex.EncodeToString(sum[:8]), sql: sql}
}

// run executes the statement with p, in one round trip unless it is its first
// time on conn, and calls row for each row, whose values are binary.
func (st statement) run(ctx context.Context, conn *pgx.Conn, p *params, row func(values [][]byte) error) error {
	if _, err := conn.Prepare(ctx, st.name, st.sql); err != nil {
		return &notSentError{err}
	}
	binary := []int16{pgx.BinaryFormatCode}
	rows := conn.PgConn().ExecPrepared(ctx, st.name, p.values(), binary, binary)
	var failed error
	for rows.NextRow() {
		if failed == nil {
			failed = row(rows.Values())
		}
	}
	if _, err := rows.Close(); err != nil {
		return err
	}
	return failed
}

// notSentError says that a statement was never sent, so that nothing was written.
type notSentError struct{ err error }

func (e *notSentError) Error() string { return "prepare: " + e.err.Error() }
func (e *notSentError) Unwrap() error { return e.err }

// writer writes batches on a connection that others provide.
type writer struct {
	one, many, lookup statement
	params            sync.Pool // of *params
}

func newWriter(n names) *writer {
	return &writer{
		one: newStatement(n, appendOne), many: newStatement(n, appendMany), lookup: newStatement(n, selectStored),
		params: sync.Pool{New: func() any { return new(params) }},
	}
}

// maxKept is the size, in bytes, up to which a block is kept for the next statement.
const maxKept = 1 << 20

// verdict is what the statement found for one batch.
type verdict struct {
	version runtime.StreamVersion // before
	tenant  runtime.Tenant        // of the stream, if it has one
	known   bool                  // some of its ids are stored
	first   runtime.Position      // 0 if nothing was written
	last    runtime.Position
}

// append sends the batches, whose streams must differ, and returns a verdict for
// each. wait bounds how long it waits for other transactions' locks; "" leaves
// that to the session's setting.
func (w *writer) append(ctx context.Context, conn *pgx.Conn, wait string, batches ...*runtime.Batch) ([]verdict, error) {
	p := w.params.Get().(*params)
	defer func() {
		if cap(p.block) <= maxKept {
			p.reset()
			w.params.Put(p)
		}
	}()
	st := w.many
	if len(batches) == 1 && len(batches[0].Records) == 1 {
		st = w.one
		p.oneEvent(batches[0])
	} else {
		p.severalEvents(batches)
	}
	p.optionalText(wait)
	verdicts := make([]verdict, 0, len(batches))
	err := st.run(ctx, conn, p, func(values [][]byte) error {
		verdicts = append(verdicts, readVerdict(values))
		return nil
	})
	if err == nil && len(verdicts) != len(batches) {
		err = fmt.Errorf("statement returned %d verdicts for %d appends", len(verdicts), len(batches))
	}
	return verdicts, err
}

func readVerdict(v [][]byte) verdict {
	return verdict{
		version: runtime.StreamVersion(readInt8(v[0])),
		tenant:  runtime.Tenant(v[1]),
		known:   v[2][0] != 0,
		first:   runtime.Position(readInt8(v[3])),
		last:    runtime.Position(readInt8(v[4])),
	}
}

// bounds returns the versions that meet an expectation, 0 for no stream.
func bounds(e runtime.Expect) (low, high int64) {
	switch e.Kind() {
	case runtime.KindNew:
		return 0, 0
	case runtime.KindVersion:
		return int64(e.Version()), int64(e.Version())
	case runtime.KindExists:
		return 1, math.MaxInt64
	}
	return 0, math.MaxInt64
}

// oneEvent adds the parameters of append_one.sql, all but the last.
func (p *params) oneEvent(b *runtime.Batch) {
	rec := &b.Records[0]
	low, high := bounds(b.Expect)
	ids := b.LookupIDs()
	p.text(b.Stream.String())
	p.text(string(b.Tenant))
	p.int8(low)
	p.int8(high)
	p.id(rec.ID)
	p.text(rec.Type)
	p.int4(rec.Version)
	p.id(rec.Correlation)
	p.id(rec.Causation)
	p.text(rec.Actor)
	p.time(rec.OccurredAt)
	p.bytes(headers(rec))
	p.bytes(rec.Data)
	p.array(oidUUID, len(ids), func(b []byte, i int) []byte { return appendID(b, ids[i]) })
}

// severalEvents adds the parameters of append_many.sql, all but the last. Events
// of one batch have all but id, type and payload in common.
func (p *params) severalEvents(batches []*runtime.Batch) {
	perBatch := func(oid uint32, f func([]byte, *runtime.Batch, *runtime.Record) []byte) {
		p.array(oid, len(batches), func(b []byte, i int) []byte { return f(b, batches[i], &batches[i].Records[0]) })
	}
	perBatch(oidText, func(b []byte, batch *runtime.Batch, _ *runtime.Record) []byte {
		return appendText(b, batch.Stream.String())
	})
	perBatch(oidText, func(b []byte, batch *runtime.Batch, _ *runtime.Record) []byte {
		return appendText(b, string(batch.Tenant))
	})
	perBatch(oidInt8, func(b []byte, batch *runtime.Batch, _ *runtime.Record) []byte {
		low, _ := bounds(batch.Expect)
		return appendInt8(b, low)
	})
	perBatch(oidInt8, func(b []byte, batch *runtime.Batch, _ *runtime.Record) []byte {
		_, high := bounds(batch.Expect)
		return appendInt8(b, high)
	})
	perBatch(oidInt4, func(b []byte, batch *runtime.Batch, _ *runtime.Record) []byte {
		return appendInt4(b, len(batch.Records))
	})
	perBatch(oidUUID, func(b []byte, _ *runtime.Batch, r *runtime.Record) []byte { return appendID(b, r.Correlation) })
	perBatch(oidUUID, func(b []byte, _ *runtime.Batch, r *runtime.Record) []byte { return appendID(b, r.Causation) })
	perBatch(oidText, func(b []byte, _ *runtime.Batch, r *runtime.Record) []byte { return appendText(b, r.Actor) })
	perBatch(oidTimestamptz, func(b []byte, _ *runtime.Batch, r *runtime.Record) []byte { return appendTime(b, r.OccurredAt) })
	perBatch(oidBytea, func(b []byte, _ *runtime.Batch, r *runtime.Record) []byte { return appendBytes(b, headers(r)) })
	p.lookups(batches)
	p.events(batches)
}

// lookups adds the ids to look up, each with the number of its batch, from 1.
func (p *params) lookups(batches []*runtime.Batch) {
	var ids []uuid.UUID
	var of []int
	for i, b := range batches {
		for _, id := range b.LookupIDs() {
			ids, of = append(ids, id), append(of, i+1)
		}
	}
	p.array(oidInt4, len(of), func(b []byte, i int) []byte { return appendInt4(b, of[i]) })
	p.array(oidUUID, len(ids), func(b []byte, i int) []byte { return appendID(b, ids[i]) })
}

// place is where an event stands: number of its batch and within it, from 1.
type place struct {
	batch, at int
	record    *runtime.Record
}

func (p *params) events(batches []*runtime.Batch) {
	var all []place
	for i, b := range batches {
		for j := range b.Records {
			all = append(all, place{batch: i + 1, at: j + 1, record: &b.Records[j]})
		}
	}
	p.array(oidInt4, len(all), func(b []byte, i int) []byte { return appendInt4(b, all[i].batch) })
	p.array(oidInt4, len(all), func(b []byte, i int) []byte { return appendInt4(b, all[i].at) })
	p.array(oidUUID, len(all), func(b []byte, i int) []byte { return appendID(b, all[i].record.ID) })
	p.array(oidText, len(all), func(b []byte, i int) []byte { return appendText(b, all[i].record.Type) })
	p.array(oidInt4, len(all), func(b []byte, i int) []byte { return appendInt4(b, all[i].record.Version) })
	p.array(oidBytea, len(all), func(b []byte, i int) []byte { return appendBytes(b, all[i].record.Data) })
}

// optionalText adds s, or NULL for "".
func (p *params) optionalText(s string) {
	if s == "" {
		p.bytes(nil)
		return
	}
	p.text(s)
}

// headers returns a record's headers as they are stored, nil for none.
func headers(r *runtime.Record) []byte {
	if len(r.Headers) == 0 {
		return nil
	}
	text, err := json.Marshal(r.Headers)
	if err != nil {
		panic(err) // a map of strings has a JSON form
	}
	return text
}

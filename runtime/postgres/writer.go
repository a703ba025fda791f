package postgres

import (
	"context"
	_ "embed"
	"fmt"
	"math"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"

	"github.com/evgen/evgen/runtime"
)

var (
	//go:embed sql/append_begin.sql
	moveAny string
	//go:embed sql/append_continue.sql
	moveExisting string
	//go:embed sql/append_one.sql
	writeOne string
	//go:embed sql/append_batch.sql
	writeBatch string
	//go:embed sql/append_refused.sql
	selectRefused string
	//go:embed sql/append_lock.sql
	lockStreams string
)

const (
	// events_by_id, once for each id
	idsAreUnknown = `NOT EXISTS (SELECT FROM unnest($15::uuid[]) looked (id)
			CROSS JOIN LATERAL (SELECT FROM {schema}.events e WHERE e.id = looked.id LIMIT 1) found)`

	// streams_pkey: a head that has moved since ids were looked up may have moved by them
	headIsUnmoved = `s.version = (SELECT t.version FROM {schema}.streams t WHERE t.stream = $1)`

	setLockTimeout = `SELECT set_config('lock_timeout', $1, true)`
)

// form is what decides on the text of an append. Each is as small as it can be:
// what the planner and the executor start for a clause costs more than an event.
type form struct {
	existing bool // the stream has to be there
	several  bool // more than one event
	command  bool // ids may be stored already
}

func formOf(b *runtime.Batch) form {
	low, _ := bounds(b.Expect)
	return form{existing: low > 0, several: len(b.Records) > 1, command: b.LookupIDs() != nil}
}

// text returns the statement of a form.
func (f form) text() string {
	text, unknown, unmoved := moveAny, "true", "true"
	if f.existing {
		text = moveExisting
	}
	if f.several {
		text += writeBatch
	} else {
		text += writeOne
	}
	if f.command {
		unknown, unmoved = idsAreUnknown, headIsUnmoved
	}
	return strings.NewReplacer("{unknown}", unknown, "{unmoved}", unmoved).Replace(text)
}

// writer writes batches on a connection that others provide.
type writer struct {
	appends               map[form]statement
	refused, lookup, wait statement
	lock, savepoint       statement
	params                sync.Pool // of *params
}

func newWriter(n names) *writer {
	w := &writer{
		appends: make(map[form]statement),
		refused: newStatement(n, selectRefused), lookup: newStatement(n, selectStored), wait: newStatement(n, setLockTimeout),
		lock: newStatement(n, lockStreams), savepoint: newStatement(n, beginTogether),
		params: sync.Pool{New: func() any { return new(params) }},
	}
	for bits := range 8 {
		f := form{existing: bits&1 != 0, several: bits&2 != 0, command: bits&4 != 0}
		w.appends[f] = newStatement(n, f.text())
	}
	return w
}

// maxKept is the size, in bytes, up to which a block is kept for the next statement.
const maxKept = 1 << 20

// borrow returns parameters that fill has written.
func (w *writer) borrow(fill func(*params)) *params {
	p := w.params.Get().(*params)
	fill(p)
	return p
}

func (w *writer) giveBack(calls []execution) {
	for _, c := range calls {
		if cap(c.params.block) <= maxKept {
			c.params.reset()
			w.params.Put(c.params)
		}
	}
}

// verdict is what became of one batch.
type verdict struct {
	first, last runtime.Position      // 0 if nothing was written
	version     runtime.StreamVersion // of the stream: after the batch, or where nothing was written
	// Of a batch of which nothing was written:
	tenant runtime.Tenant // of the stream, if it has one
	known  bool           // some of its ids are stored
	err    error          // it could not be found out why
}

func (v *verdict) written(row [][]byte) error {
	v.version = runtime.StreamVersion(readInt8(row[0]))
	v.first, v.last = runtime.Position(readInt8(row[1])), runtime.Position(readInt8(row[2]))
	return nil
}

func (v *verdict) refused(row [][]byte) error {
	v.version = runtime.StreamVersion(readInt8(row[0]))
	v.tenant, v.known = runtime.Tenant(row[1]), row[2][0] != 0
	return nil
}

// append writes the batches, whose streams must differ, in one round trip, and
// returns a verdict for each; what is refused costs a second one. After an error
// none is written, as far as that can be said. wait bounds how long it waits for
// other transactions' locks; "" leaves that to the session's setting.
func (w *writer) append(ctx context.Context, conn *pgx.Conn, wait string, batches ...*runtime.Batch) ([]verdict, error) {
	calls := make([]execution, 0, len(batches)+1)
	if wait != "" {
		calls = append(calls, execution{w.wait, w.borrow(func(p *params) { p.text(wait) }), ignoreRow})
	}
	return w.appendAfter(ctx, conn, calls, batches)
}

// appendWithin is append behind a savepoint in a transaction, where streams may recur.
func (w *writer) appendWithin(ctx context.Context, conn *pgx.Conn, batches []*runtime.Batch) ([]verdict, error) {
	calls := make([]execution, 0, len(batches)+1)
	calls = append(calls, execution{w.savepoint, w.borrow(func(*params) {}), ignoreRow})
	return w.appendAfter(ctx, conn, calls, batches)
}

func ignoreRow([][]byte) error { return nil }

// appendAfter writes batches behind what calls do, and gives calls back.
func (w *writer) appendAfter(ctx context.Context, conn *pgx.Conn, calls []execution, batches []*runtime.Batch) ([]verdict, error) {
	verdicts := make([]verdict, len(batches))
	for i, b := range batches {
		calls = append(calls, execution{w.appends[formOf(b)], w.borrow(func(p *params) { p.batch(b) }), verdicts[i].written})
	}
	defer func() { w.giveBack(calls) }()
	if err := execute(ctx, conn, calls); err != nil {
		return nil, err
	}
	w.explain(ctx, conn, batches, verdicts)
	return verdicts, nil
}

// explain finds out what the batches have met of which nothing was written.
func (w *writer) explain(ctx context.Context, conn *pgx.Conn, batches []*runtime.Batch, verdicts []verdict) {
	for i, b := range batches {
		v := &verdicts[i]
		if v.first != 0 {
			continue
		}
		var p params
		ids := b.LookupIDs()
		p.text(b.Stream.String())
		p.array(oidUUID, len(ids), func(b []byte, i int) []byte { return appendID(b, ids[i]) })
		if err := w.refused.run(ctx, conn, &p, v.refused); err != nil {
			v.err = fmt.Errorf("%w: %w", errNotWritten, err)
		}
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

// batch adds the parameters of an append. Its events have all but id, type and
// payload in common.
func (p *params) batch(b *runtime.Batch) {
	rec := &b.Records[0]
	low, high := bounds(b.Expect)
	p.text(b.Stream.String())
	p.text(string(b.Tenant))
	p.int8(int64(len(b.Records)))
	p.int8(low)
	p.int8(high)
	several := len(b.Records) > 1
	if several {
		p.array(oidUUID, len(b.Records), func(block []byte, i int) []byte { return appendID(block, b.Records[i].ID) })
		p.array(oidText, len(b.Records), func(block []byte, i int) []byte { return appendText(block, b.Records[i].Type) })
		p.array(oidInt4, len(b.Records), func(block []byte, i int) []byte { return appendInt4(block, b.Records[i].Version) })
	} else {
		p.id(rec.ID)
		p.text(rec.Type)
		p.int4(rec.Version)
	}
	p.id(rec.Correlation)
	p.id(rec.Causation)
	p.text(rec.Actor)
	p.time(rec.OccurredAt)
	p.bytes(headers(rec))
	if several {
		p.array(oidBytea, len(b.Records), func(block []byte, i int) []byte { return appendBytes(block, b.Records[i].Data) })
	} else {
		p.bytes(rec.Data)
	}
	if ids := b.LookupIDs(); ids != nil {
		p.array(oidUUID, len(ids), func(block []byte, i int) []byte { return appendID(block, ids[i]) })
	}
}

package pgmodel

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"iter"
	"reflect"
	"sync"

	"github.com/evgen/evgen/runtime/projection"
)

// load fills a table from nothing: what fits into memory is one COPY into a table
// without key and indexes; what comes later is merged.
type load[K comparable, R any] struct {
	of *declared[K, R]
	// fold knows nothing of the table, since another process may have begun to
	// fill it: over an empty table its changes are as good as rows.
	fold *projection.Fold[K, R]
	// flushed says that the fold has been written. It is kept until the next Add:
	// the transaction may yet fail and be tried again.
	flushed bool
}

// NewLoad begins at the tables as they are: empty, or as another load has left them.
func (d *declared[K, R]) NewLoad() projection.Load[*Tx] {
	return &load[K, R]{of: d, fold: projection.NewFold(d.rows)}
}

func (l *load[K, R]) Add(facts []projection.Fact) error {
	if l.flushed {
		l.fold.Reset()
		l.flushed = false
	}
	for i := range facts {
		if err := l.fold.Add(&facts[i]); err != nil {
			return &projection.EventError{Index: i, Err: err}
		}
	}
	return nil
}

// sample is the number of rows by which the size of all is estimated.
const sample = 64

// Size counts what the fold holds for each row, and what some of the rows hold behind pointers.
func (l *load[K, R]) Size() int {
	if l.flushed || l.fold.Len() == 0 {
		return 0
	}
	key, row := int(reflect.TypeFor[K]().Size()), int(reflect.TypeFor[R]().Size())
	const overhead = 64 // masks, the map's slots, room to grow
	each := 2*key + row + overhead
	sampled, n := rows{table: &l.of.rows.Table}, 0
	for k, c := range l.fold.Round(0) {
		sampled.column = 0
		l.fold.Write(&sampled, k, c)
		if n++; n == sample {
			break
		}
	}
	return l.fold.Len() * (each + len(sampled.data)/max(n, 1))
}

// lockTable lets one load after the other look whether the table is empty.
const lockTable = `LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE`

// Flush writes the fold. Before another Add it writes the same again, which is right
// only where the transaction failed.
func (l *load[K, R]) Flush(ctx context.Context, tx *Tx) error {
	l.flushed = true
	return wrap("load "+tx.version.String(), l.flush(ctx, tx))
}

func (l *load[K, R]) flush(ctx context.Context, tx *Tx) error {
	name := tx.Table(l.of.layout.Name)
	if _, err := tx.Exec(ctx, fmt.Sprintf(lockTable, name)); err != nil {
		return err
	}
	var filled bool
	if err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM `+name+`)`).Scan(&filled); err != nil {
		return err
	}
	if !filled {
		if err := l.of.layout.strip(ctx, tx); err != nil {
			return err
		}
		return l.copy(ctx, tx)
	}
	if err := l.of.layout.identify(ctx, tx); err != nil {
		return err
	}
	m := newMerge(&l.of.rows.Table)
	return mergeFold(ctx, tx, l.fold, &m)
}

// Finish makes key and indexes and tells the planner what is in the table.
func (l *load[K, R]) Finish(ctx context.Context, tx *Tx) error {
	err := l.of.layout.complete(ctx, tx)
	if err == nil {
		_, err = tx.Exec(ctx, `ANALYZE `+tx.Table(l.of.layout.Name))
	}
	return wrap("finish the load of "+tx.version.String(), err)
}

// copy writes the fold to an empty table.
func (l *load[K, R]) copy(ctx context.Context, tx *Tx) error {
	layout := l.of.layout
	source := newReader(&rows{table: layout.Table}, l.chunks)
	_, err := tx.conn.PgConn().CopyFrom(ctx, source, `COPY `+tx.Table(layout.Name)+` (`+quoted(layout.names())+`) FROM STDIN (FORMAT binary)`)
	if refused := source.close(); refused != nil {
		return refused
	}
	return explain(err, tx.version, layout.Name, layout.keyName(tx))
}

// chunk is how many bytes are encoded at a time.
const chunk = 64 << 10

// The binary form of COPY: a signature, flags and an extension of no bytes; rows
// behind the number of their columns; and -1.
var (
	copyBegin = []byte("PGCOPY\n\xff\r\n\x00\x00\x00\x00\x00\x00\x00\x00\x00")
	copyEnd   = []byte{0xff, 0xff}
)

// chunks yields what COPY reads. A chunk is valid until the next one. It ends
// early at a value that cannot be kept, which r then tells.
func (l *load[K, R]) chunks(r *rows) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		r.data = append(make([]byte, 0, 2*chunk), copyBegin...)
		for round := range l.fold.Rounds() {
			for key, c := range l.fold.Round(round) {
				if c.Kind != projection.Upserted && c.Kind != projection.Replaced {
					continue // of a row that is not there
				}
				r.column = 0
				r.data = binary.BigEndian.AppendUint16(r.data, uint16(len(r.table.Columns)))
				l.fold.Write(r, key, c)
				if r.err != nil {
					return
				}
				if len(r.data) < chunk {
					continue
				}
				if !yield(r.data) {
					return
				}
				r.data = r.data[:0]
			}
		}
		yield(append(r.data, copyEnd...))
	}
}

// reader reads chunks one after the other. pgconn reads in a goroutine for which
// it does not wait if the link breaks: hence the lock.
type reader struct {
	mu   sync.Mutex
	rows *rows
	next func() ([]byte, bool)
	stop func()
	rest []byte
}

func newReader(r *rows, chunks func(*rows) iter.Seq[[]byte]) *reader {
	next, stop := iter.Pull(chunks(r))
	return &reader{rows: r, next: next, stop: stop}
}

func (r *reader) Read(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.rest) == 0 {
		var more bool
		if r.rest, more = r.next(); !more {
			return 0, cmp.Or(r.rows.err, io.EOF)
		}
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// close ends the reading and returns which value could not be kept.
func (r *reader) close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stop()
	return r.rows.err
}

package postgres

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/evgen/evgen/runtime"
)

// Records are written after so many of them or so many bytes of payload, which
// bounds the memory of an import that merges to about five times as much.
const (
	importRecords = 10_000
	importBytes   = 8 << 20
)

// Import implements [runtime.Importer]. What it does depends on the store.
//
// Into a store without events it copies in bulk, in one transaction: the indexes
// are built when all events are in. Until then appends and reads of other
// connections wait. It commits when records end, be it by an error of theirs; if
// the link, the program or the server fails first, nothing is left of it, and it
// can be run again. It takes about 20 bytes of memory for each event and 200 for
// each stream; beyond 10 million events or a million streams, and from the first
// id on that seems to come twice, it goes on as into a store with events. It
// needs the rights of the tables' owner, and a store that is not partitioned.
//
// Otherwise events are merged, some thousands in a transaction, beside whatever
// else goes on. A transaction that fails is not part of the counts returned.
func (s *Store) Import(ctx context.Context, records iter.Seq2[runtime.Record, error]) (runtime.Imported, error) {
	if !s.group.enter() {
		return runtime.Imported{}, fmt.Errorf("import: %w", runtime.ErrClosed)
	}
	defer s.group.calls.Done()
	im := &importer{store: s, writer: s.group.writer, heads: newStatement(s.names, selectHeads), move: newStatement(s.names, moveHeads)}
	if err := im.run(ctx, records); err != nil {
		return im.done, fmt.Errorf("import: %w", because(ctx, err))
	}
	return im.done, nil
}

// importer writes the chunks of one import.
type importer struct {
	store       *Store
	writer      *writer
	heads, move statement
	done        runtime.Imported
	block       []byte
}

// run pulls records into chunks while a goroutine, for which it waits, writes
// those before.
func (im *importer) run(ctx context.Context, records iter.Seq2[runtime.Record, error]) error {
	chunks, stopped := make(chan []runtime.Record), make(chan struct{})
	var failed error
	go func() {
		defer close(stopped)
		failed = im.write(ctx, chunks)
	}()
	err := pull(records, chunks, stopped)
	<-stopped
	if failed != nil {
		return failed
	}
	return err
}

// pull checks records and sends them on in chunks until they end or nobody
// takes any more. It closes chunks. A chunk in which an error stands is dropped.
func pull(records iter.Seq2[runtime.Record, error], chunks chan<- []runtime.Record, stopped <-chan struct{}) error {
	defer close(chunks)
	send := func(chunk []runtime.Record) (taken bool) {
		select {
		case chunks <- chunk:
			return true
		case <-stopped:
			return false
		}
	}
	var chunk []runtime.Record
	size, now := 0, time.Now()
	for rec, err := range records {
		if err == nil {
			rec, err = runtime.ForImport(rec, now)
		}
		if err != nil {
			return err
		}
		chunk = append(chunk, rec)
		if size += len(rec.Data); len(chunk) == importRecords || size >= importBytes {
			if !send(chunk) {
				return nil
			}
			chunk, size, now = make([]runtime.Record, 0, importRecords), 0, time.Now()
		}
	}
	if len(chunk) > 0 {
		send(chunk)
	}
	return nil
}

// write writes chunks until there are no more.
func (im *importer) write(ctx context.Context, chunks <-chan []runtime.Record) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	rest, err := im.writeInBulk(ctx, <-chunks, chunks)
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		err = im.commit(ctx, rest)
	}
	for chunk := range chunks {
		if err != nil {
			return err
		}
		err = im.commit(ctx, chunk)
	}
	return err
}

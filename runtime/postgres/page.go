package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/evgen/evgen/runtime"
)

// Pages: a reader fetches one, gives its connection back, and yields, so that no
// transaction is open while its caller works and readers may be nested without
// end. They grow, so that a reader of one record does not pay for a thousand, and
// hold about so many bytes. A page whose records turn out far bigger than those
// before is cut short.
const (
	firstPage   = 128
	largestPage = 4096
	pageBytes   = 4 << 20
	cutBytes    = 4 * pageBytes
)

// page holds the records of one query.
type page struct {
	records []runtime.Record
	bytes   int
	// cut says that there were more, asked for and not taken.
	cut bool
}

// source is a reader's place in the log or in a stream.
type source interface {
	// fetch fills p with what comes next and moves on past it.
	fetch(ctx context.Context, p *page) error
	// done reports whether nothing is left to fetch.
	done() bool
}

// errCut ends a query whose page is full.
var errCut = errors.New("page is full")

// collect fills p with the rows of a query, whose columns are eventColumns.
func (s *Store) collect(ctx context.Context, d *decoder, p *page, sql string, args ...any) error {
	p.records, p.bytes, p.cut = p.records[:0], 0, false
	err := s.rows(ctx, sql, args, func(row [][]byte) error {
		p.records = append(p.records, runtime.Record{})
		rec := &p.records[len(p.records)-1]
		if err := d.record(row, rec); err != nil {
			return err
		}
		if p.bytes += len(rec.Data); p.bytes >= cutBytes {
			return errCut
		}
		return nil
	})
	if p.cut = errors.Is(err, errCut); p.cut {
		return nil
	}
	return err
}

// rows calls each with every row of a query, in binary; what it is given is good
// until it returns. An error of each breaks the query off.
func (s *Store) rows(ctx context.Context, sql string, args []any, each func(row [][]byte) error) error {
	conn, err := s.acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	within, cancel := context.WithCancel(ctx)
	defer cancel()
	rows, err := conn.Query(within, sql, append([]any{pgx.QueryResultFormats{pgx.BinaryFormatCode}}, args...)...)
	if err != nil {
		return because(ctx, err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := each(rows.RawValues()); err != nil {
			cancel() // what the server has not sent yet it need not send
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return because(ctx, err)
	}
	return nil
}

// yieldPages yields all that src has, and fetches a page while the one before is
// yielded.
func yieldPages(ctx context.Context, src source, yield func(runtime.Record, error) bool) error {
	var current, spare page
	if err := src.fetch(ctx, &current); err != nil {
		return err
	}
	for !src.done() {
		more, err := yieldBeside(ctx, src, &current, &spare, yield)
		if !more || err != nil {
			return err
		}
		current, spare = spare, current
	}
	_, err := current.yieldAll(ctx, yield)
	return err
}

// yieldBeside yields current while next is fetched. It returns, however it is
// left, only once the fetch has ended.
func yieldBeside(ctx context.Context, src source, current, next *page, yield func(runtime.Record, error) bool) (more bool, err error) {
	within, cancel := context.WithCancel(ctx)
	fetched := make(chan error, 1)
	go func() { fetched <- src.fetch(within, next) }()
	ended := false
	defer func() {
		cancel()
		if !ended {
			<-fetched
		}
	}()
	if more, err := current.yieldAll(ctx, yield); !more || err != nil {
		return false, err
	}
	err, ended = <-fetched, true
	return err == nil, err
}

func (p *page) yieldAll(ctx context.Context, yield func(runtime.Record, error) bool) (more bool, err error) {
	for i := range p.records {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		if !yield(p.records[i], nil) {
			return false, nil
		}
	}
	return true, nil
}

// grow returns the number of records to ask for after a page of size.
func (p *page) grow(size int) int {
	size = min(4*size, largestPage)
	if n := len(p.records); n > 0 {
		size = min(size, max(1, pageBytes/(p.bytes/n+1)))
	}
	return size
}

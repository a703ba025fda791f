package archive

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"iter"
	"time"

	"github.com/evgen/evgen/runtime"
)

// LineError says which line cannot be read.
type LineError struct {
	// Name is that of the file, Line counts from 1.
	Name string
	Line int
	Err  error
}

func (e *LineError) Error() string { return fmt.Sprintf("%s:%d: %v", e.Name, e.Line, e.Err) }

func (e *LineError) Unwrap() error { return e.Err }

// Read yields the records of r, which may be compressed by gzip; name is for
// errors. A line that is no record is a *[LineError], after which it goes on with
// the next one if it is let. Lines without any text are skipped.
func Read(name string, r io.Reader, now time.Time) iter.Seq2[runtime.Record, error] {
	return func(yield func(runtime.Record, error) bool) {
		lines, err := open(r)
		if err != nil {
			yield(runtime.Record{}, fmt.Errorf("read %s: %w", name, err))
			return
		}
		for number := 1; ; number++ {
			text, err := lines.ReadBytes('\n')
			if err != nil && !errors.Is(err, io.EOF) {
				yield(runtime.Record{}, &LineError{name, number, err})
				return
			}
			if !one(name, number, bytes.TrimSpace(text), now, yield) || err != nil {
				return
			}
		}
	}
}

func one(name string, number int, text []byte, now time.Time, yield func(runtime.Record, error) bool) bool {
	if len(text) == 0 {
		return true
	}
	rec, err := parse(text, now)
	if err != nil {
		return yield(runtime.Record{}, &LineError{name, number, err})
	}
	return yield(rec, nil)
}

// open sees by the first bytes whether r is compressed.
func open(r io.Reader) (*bufio.Reader, error) {
	lines := bufio.NewReaderSize(r, 1<<16)
	if head, _ := lines.Peek(2); !bytes.Equal(head, []byte{0x1f, 0x8b}) {
		return lines, nil
	}
	unpacked, err := gzip.NewReader(lines)
	if err != nil {
		return nil, err
	}
	return bufio.NewReaderSize(unpacked, 1<<16), nil
}

package storetest_test

import (
	"context"
	"errors"
	"iter"
	"sync"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/memstore"
	"github.com/evgen/evgen/runtime/storetest"
)

// lasting is a disk, of which each write is a statement, below a store that dies.
type lasting struct {
	disk *memstore.Store
	open func(*lasting) runtime.Store

	mu     sync.Mutex
	left   int
	moment storetest.Moment
	died   func()
	dead   bool
}

var errDead = errors.New("the process is dead")

func (l *lasting) Open(context.Context) (runtime.Store, error) {
	l.dead = false
	s := l.open(l)
	return s, l.step(func() error { return nil }) // as a store that looks at its tables
}

func (l *lasting) Arm(n int, at storetest.Moment, died func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.left, l.moment, l.died = n, at, died
}

func (l *lasting) Disarm() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.left = 0
}

func (*lasting) Moments() []storetest.Moment {
	return []storetest.Moment{storetest.Before, storetest.After}
}

func (l *lasting) step(do func() error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.dead {
		return errDead
	}
	last := l.left == 1
	l.left = max(l.left-1, 0)
	if last && l.moment == storetest.Before {
		return l.die()
	}
	err := do()
	if last {
		return errors.Join(err, l.die())
	}
	return err
}

func (l *lasting) die() error {
	l.dead = true
	l.died()
	return errDead
}

// mortals are stores that outlive their process, all but the first of them badly.
func mortals() map[string]func(*lasting) runtime.Store {
	return map[string]func(*lasting) runtime.Store{
		"sound and mortal": func(l *lasting) runtime.Store { return writesAtOnce{l.disk, l} },
		"early":            func(l *lasting) runtime.Store { return early{writesAtOnce{l.disk, l}} },
		"torn":             func(l *lasting) runtime.Store { return torn{writesAtOnce{l.disk, l}} },
		"twice":            func(l *lasting) runtime.Store { return twice{writesAtOnce{l.disk, l}} },
		"blind":            func(l *lasting) runtime.Store { return blind{writesAtOnce{l.disk, l}} },
	}
}

// writesAtOnce writes each batch by one statement.
type writesAtOnce struct {
	*memstore.Store
	l *lasting
}

func (s writesAtOnce) Close() error { return nil }

func (s writesAtOnce) Append(ctx context.Context, stream runtime.StreamID, expect runtime.Expect, cause runtime.Cause, events ...runtime.Event) (out runtime.Appended, err error) {
	err = s.l.step(func() (err error) {
		out, err = s.Store.Append(context.WithoutCancel(ctx), stream, expect, cause, events...)
		return err
	})
	return out, err
}

func (s writesAtOnce) Import(ctx context.Context, records iter.Seq2[runtime.Record, error]) (out runtime.Imported, err error) {
	err = s.l.step(func() (err error) {
		out, err = s.Store.Import(context.WithoutCancel(ctx), records)
		return err
	})
	return out, err
}

// early acknowledges what has not been written yet.
type early struct{ writesAtOnce }

func (s early) Append(ctx context.Context, stream runtime.StreamID, expect runtime.Expect, cause runtime.Cause, events ...runtime.Event) (runtime.Appended, error) {
	out, err := s.writesAtOnce.Append(ctx, stream, expect, cause, events...)
	if errors.Is(err, errDead) {
		return runtime.Appended{}, nil
	}
	return out, err
}

// torn writes each event by a statement of its own.
type torn struct{ writesAtOnce }

func (s torn) Append(ctx context.Context, stream runtime.StreamID, expect runtime.Expect, cause runtime.Cause, events ...runtime.Event) (runtime.Appended, error) {
	out, err := s.writesAtOnce.Append(ctx, stream, expect, cause, events[0])
	for _, e := range events[1:] {
		if err == nil {
			var next runtime.Appended
			next, err = s.writesAtOnce.Append(ctx, stream, runtime.ExpectAny(), runtime.Root(), e)
			out.Last, out.Position = next.Last, next.Position
		}
	}
	return out, err
}

// twice writes an import again that another life has written.
type twice struct{ writesAtOnce }

func (s twice) Import(ctx context.Context, records iter.Seq2[runtime.Record, error]) (runtime.Imported, error) {
	for rec, err := range records {
		if err != nil {
			return runtime.Imported{}, err
		}
		if _, err := s.Append(ctx, rec.Stream, runtime.ExpectAny(), runtime.Root(), foreign{rec}); err != nil {
			return runtime.Imported{}, err
		}
	}
	return runtime.Imported{}, nil
}

// foreign is an event that was read from a record.
type foreign struct{ rec runtime.Record }

func (f foreign) EventType() string                     { return f.rec.Type }
func (f foreign) EventVersion() int                     { return f.rec.Version }
func (foreign) Validate() error                         { return nil }
func (f foreign) AppendJSON(dst []byte) ([]byte, error) { return append(dst, f.rec.Data...), nil }

// blind loses the last record of each reading.
type blind struct{ writesAtOnce }

func (s blind) ReadAll(ctx context.Context, after runtime.Position, f runtime.Filter) iter.Seq2[runtime.Record, error] {
	return func(yield func(runtime.Record, error) bool) {
		var held *runtime.Record
		for rec, err := range s.Store.ReadAll(ctx, after, f) {
			if held != nil && !yield(*held, nil) {
				return
			}
			if held = &rec; err != nil {
				yield(rec, err)
				return
			}
		}
	}
}

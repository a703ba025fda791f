package storetest

import (
	"context"
	"errors"
	"io"
	goruntime "runtime"
	"testing"

	"github.com/evgen/evgen/runtime"
)

func cancelScenarios() []scenario {
	return []scenario{
		{"a cancelled context refuses everything and leaves no trace", cancelBefore},
		{"a reader stops when its context is cancelled", cancelReader},
		{"cancelling appends at random leaves each whole or absent", cancelRacing},
		{"no goroutine is left behind", cancelNoGoroutine},
	}
}

func cancelBefore(t *testing.T, s runtime.Store) {
	stream := newStream()
	write(t, s, stream, runtime.ExpectNew(), noted{"a"})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := s.Append(ctx, stream, runtime.ExpectVersion(1), runtime.Root(), noted{"b"})
	wantErrorIs(t, err, context.Canceled)
	wantErrorIs(t, firstError(s.Load(ctx, stream)), context.Canceled)
	wantErrorIs(t, firstError(s.ReadAll(ctx, 0, runtime.Filter{})), context.Canceled)
	_, _, err = s.Head(ctx)
	wantErrorIs(t, err, context.Canceled)
	same(t, "events", texts(everything(t, s)), []string{"a"})
	write(t, s, stream, runtime.ExpectVersion(1), noted{"b"})
}

func cancelReader(t *testing.T, s runtime.Store) {
	stream := newStream()
	events := make([]runtime.Event, 3000)
	for i := range events {
		events[i] = noted{"x"}
	}
	write(t, s, stream, runtime.ExpectNew(), events...)
	read := func(ctx context.Context) func(func(runtime.Record, error) bool) {
		return s.ReadAll(ctx, 0, runtime.Filter{})
	}
	loadAll := func(ctx context.Context) func(func(runtime.Record, error) bool) { return s.Load(ctx, stream) }
	for _, begin := range []func(context.Context) func(func(runtime.Record, error) bool){read, loadAll} {
		ctx, cancel := context.WithCancel(context.Background())
		n := 0
		var last error
		for _, err := range begin(ctx) {
			if last = err; err != nil {
				break
			}
			if n++; n == 10 {
				cancel()
			}
		}
		cancel()
		wantErrorIs(t, last, context.Canceled)
		if n >= len(events) {
			t.Errorf("read all %d records in spite of the cancellation", n)
		}
	}
}

// cancelRacing cancels while appends of two events are under way. Whatever the
// caller was told, the store holds both or none, and a reported success holds both.
func cancelRacing(t *testing.T, s runtime.Store) {
	const clients, each = 4, 25
	acknowledged := make([]int, clients)
	inParallel(t, clients, func(client int) error {
		for i := range each {
			ctx, cancel := context.WithCancel(context.Background())
			stop := make(chan struct{})
			go func() {
				defer close(stop)
				for range i * 40 {
					goruntime.Gosched()
				}
				cancel()
			}()
			_, err := s.Append(ctx, newStream(), runtime.ExpectNew(), runtime.Root(), notes("1", "2")...)
			<-stop
			switch {
			case err == nil:
				acknowledged[client]++
			case !errors.Is(err, context.Canceled):
				return err
			}
		}
		return nil
	})
	want := 0
	for _, n := range acknowledged {
		want += n
	}
	all := everything(t, s)
	streams := map[runtime.StreamID]int{}
	for _, rec := range all {
		streams[rec.Stream]++
	}
	for stream, n := range streams {
		if n != 2 {
			t.Errorf("%s holds %d of 2 events", stream, n)
		}
	}
	if len(streams) < want {
		t.Errorf("%d appends were acknowledged, %d are there", want, len(streams))
	}
	write(t, s, newStream(), runtime.ExpectNew(), noted{"still writable"})
}

func cancelNoGoroutine(t *testing.T, s runtime.Store) {
	stream := newStream()
	write(t, s, stream, runtime.ExpectNew(), notes("1", "2", "3")...)
	use := func() {
		ctx, cancel := context.WithCancel(context.Background())
		for range s.ReadAll(ctx, 0, runtime.Filter{}) {
			break
		}
		for range s.Load(ctx, stream) {
			break
		}
		//evgen:ignore ignored-ack what is tested is that nothing is left running, whatever the outcome
		_, _ = s.Append(ctx, stream, runtime.ExpectAny(), runtime.Root(), noted{"x"})
		cancel()
		//evgen:ignore ignored-ack what is tested is that nothing is left running, whatever the outcome
		_, _ = s.Append(ctx, stream, runtime.ExpectAny(), runtime.Root(), noted{"y"})
	}
	use()
	before := goruntime.NumGoroutine()
	for range 50 {
		use()
	}
	eventually(t, "goroutines are gone", func() bool { return goruntime.NumGoroutine() <= before })
}

func closeScenarios() []scenario {
	return []scenario{{"a closed store says so, and may be closed again", closeTwice}}
}

func closeTwice(t *testing.T, s runtime.Store) {
	stream := newStream()
	write(t, s, stream, runtime.ExpectNew(), noted{"a"})
	closer, ok := s.(io.Closer)
	if !ok {
		t.Log("the store has nothing to close")
		return
	}
	for range 3 {
		check(t, "close", closer.Close())
	}
	ctx := context.Background()
	_, err := s.Append(ctx, stream, runtime.ExpectAny(), runtime.Root(), noted{"b"})
	wantErrorIs(t, err, runtime.ErrClosed)
	wantErrorIs(t, firstError(s.Load(ctx, stream)), runtime.ErrClosed)
	wantErrorIs(t, firstError(s.ReadAll(ctx, 0, runtime.Filter{})), runtime.ErrClosed)
	_, _, err = s.Head(ctx)
	wantErrorIs(t, err, runtime.ErrClosed)
}

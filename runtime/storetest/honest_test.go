package storetest_test

import (
	"context"
	"iter"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/memstore"
	"github.com/evgen/evgen/runtime/storetest"
)

// nameVariable names the store that TestNamedStore runs the suite on.
const nameVariable = "EVGEN_STORETEST_STORE"

// named are stores that each break one promise, and one that breaks none.
func named() map[string]func() runtime.Store {
	return map[string]func() runtime.Store{
		"sound":         func() runtime.Store { return memstore.New() },
		"lax":           func() runtime.Store { return lax{memstore.New()} },
		"forgetful":     func() runtime.Store { return &forgetful{Store: memstore.New()} },
		"repeating":     func() runtime.Store { return repeating{memstore.New()} },
		"racing reader": func() runtime.Store { return &racingReader{Store: memstore.New()} },
		"stale": func() runtime.Store {
			return &stale{Store: memstore.New(), seen: map[runtime.StreamID]runtime.StreamVersion{}}
		},
		"deaf":           func() runtime.Store { return deaf{memstore.New()} },
		"leaking":        func() runtime.Store { return leaking{memstore.New()} },
		"burning":        func() runtime.Store { return burning{memstore.New()} },
		"without filter": func() runtime.Store { return withoutFilter{memstore.New()} },
	}
}

func TestNamedStore(t *testing.T) {
	name := os.Getenv(nameVariable)
	if name == "" {
		name = "sound"
	}
	target := storetest.Target{
		New: func(testing.TB) runtime.Store { return memstore.New() },
		Can: []storetest.Capability{storetest.Find, storetest.Import, storetest.Snapshots, storetest.Streams, storetest.Subscribe},
	}
	if open, mortal := mortals()[name]; mortal {
		target.Mortal = func(testing.TB) storetest.Mortal { return &lasting{disk: memstore.New(), open: open} }
		target.Can = append(target.Can, storetest.Crash)
	} else {
		target.New = func(testing.TB) runtime.Store { return named()[name]() }
		target.Can = append(target.Can, storetest.Volatile)
	}
	storetest.Run(t, target)
}

func TestSuiteCatchesBrokenStores(t *testing.T) {
	names := slices.Concat(slices.Collect(maps.Keys(named())), slices.Collect(maps.Keys(mortals())))
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			cmd := exec.Command(os.Args[0], "-test.run=^TestNamedStore$", "-test.failfast", "-test.timeout=60s", "-rapid.nofailfile")
			cmd.Env = append(os.Environ(), nameVariable+"="+name)
			out, err := cmd.CombinedOutput()
			caught := err != nil && strings.Contains(string(out), "--- FAIL: TestNamedStore") &&
				!strings.Contains(string(out), "FAIL: TestNamedStore/capabilities") // that is not what they break
			if caught == strings.HasPrefix(name, "sound") {
				t.Errorf("the suite says %v:\n%s", err, out)
			}
		})
	}
}

func TestSuiteDemandsAWordOnWhatSurvivesTheProcess(t *testing.T) {
	cmd := exec.Command(os.Args[0], "-test.run=^TestSilentStore$", "-test.v")
	cmd.Env = append(os.Environ(), nameVariable+"=silent")
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "capability volatile: stated false, store has it true") {
		t.Errorf("the suite says %v:\n%s", err, out)
	}
}

// TestSilentStore runs the suite, in a process of its own, on a store that neither can be made to die nor says why.
func TestSilentStore(t *testing.T) {
	can := []storetest.Capability{storetest.Find, storetest.Import, storetest.Snapshots, storetest.Streams, storetest.Subscribe}
	if os.Getenv(nameVariable) != "silent" {
		can = append(can, storetest.Volatile)
	}
	storetest.Run(t, storetest.Target{New: func(testing.TB) runtime.Store { return memstore.New() }, Can: can})
}

// lax takes any version for the expected one.
type lax struct{ *memstore.Store }

func (s lax) Append(ctx context.Context, stream runtime.StreamID, expect runtime.Expect, cause runtime.Cause, events ...runtime.Event) (runtime.Appended, error) {
	if expect.Kind() == runtime.KindVersion {
		expect = runtime.ExpectExists()
	}
	return s.Store.Append(ctx, stream, expect, cause, events...)
}

// forgetful acknowledges an append now and then that it does not make.
type forgetful struct {
	*memstore.Store
	n atomic.Int64
}

func (s *forgetful) Append(ctx context.Context, stream runtime.StreamID, expect runtime.Expect, cause runtime.Cause, events ...runtime.Event) (runtime.Appended, error) {
	if s.n.Add(1)%50 == 0 {
		return runtime.Appended{First: expect.Version() + 1, Last: expect.Version() + runtime.StreamVersion(len(events))}, nil
	}
	return s.Store.Append(ctx, stream, expect, cause, events...)
}

// repeating takes the retry of a command for a new one.
type repeating struct{ *memstore.Store }

func (s repeating) Append(ctx context.Context, stream runtime.StreamID, expect runtime.Expect, cause runtime.Cause, events ...runtime.Event) (runtime.Appended, error) {
	return s.Store.Append(ctx, stream, expect, cause.WithCommand(uuid.Nil), events...)
}

// racingReader lets readers pass a position that appears later, as a reader of
// "position > cursor" does where transactions commit out of order.
type racingReader struct {
	*memstore.Store
	mu     sync.Mutex
	hidden runtime.Position
}

func (s *racingReader) Append(ctx context.Context, stream runtime.StreamID, expect runtime.Expect, cause runtime.Cause, events ...runtime.Event) (runtime.Appended, error) {
	out, err := s.Store.Append(ctx, stream, expect, cause, events...)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil && out.Position%7 == 0 {
		s.hidden = out.Position
	} else if err == nil && out.Position > s.hidden+1 {
		s.hidden = 0
	}
	return out, err
}

func (s *racingReader) ReadAll(ctx context.Context, after runtime.Position, f runtime.Filter) iter.Seq2[runtime.Record, error] {
	return func(yield func(runtime.Record, error) bool) {
		for rec, err := range s.Store.ReadAll(ctx, after, f) {
			s.mu.Lock()
			hidden := rec.Position == s.hidden && err == nil
			s.mu.Unlock()
			if !hidden && !yield(rec, err) {
				return
			}
		}
	}
}

// stale reads from a replica that is one event behind now and then.
type stale struct {
	*memstore.Store
	mu   sync.Mutex
	seen map[runtime.StreamID]runtime.StreamVersion
}

func (s *stale) Load(ctx context.Context, stream runtime.StreamID, opts ...runtime.LoadOption) iter.Seq2[runtime.Record, error] {
	spec := runtime.NewLoadSpec(opts)
	if !spec.Backwards || spec.Limit != 1 {
		return s.Store.Load(ctx, stream, opts...)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen[stream]++
	if s.seen[stream]%5 == 0 {
		return s.Store.Load(ctx, stream, runtime.ToVersion(1), runtime.Backwards())
	}
	return s.Store.Load(ctx, stream, opts...)
}

// deaf does not hear that a context is cancelled.
type deaf struct{ *memstore.Store }

func (s deaf) Append(ctx context.Context, stream runtime.StreamID, expect runtime.Expect, cause runtime.Cause, events ...runtime.Event) (runtime.Appended, error) {
	return s.Store.Append(context.WithoutCancel(ctx), stream, expect, cause, events...)
}

// leaking leaves a goroutine behind with every append.
type leaking struct{ *memstore.Store }

func (s leaking) Append(ctx context.Context, stream runtime.StreamID, expect runtime.Expect, cause runtime.Cause, events ...runtime.Event) (runtime.Appended, error) {
	go func() { select {} }()
	return s.Store.Append(ctx, stream, expect, cause, events...)
}

// burning uses up a position for every conflict.
type burning struct{ *memstore.Store }

func (s burning) Append(ctx context.Context, stream runtime.StreamID, expect runtime.Expect, cause runtime.Cause, events ...runtime.Event) (runtime.Appended, error) {
	out, err := s.Store.Append(ctx, stream, expect, cause, events...)
	if err != nil && cause.Check() == nil && expect.Check() == nil {
		_, _ = s.Store.Append(ctx, runtime.StreamOf("Burnt", uuid.NewString()), runtime.ExpectAny(), cause, events...)
	}
	return out, err
}

// withoutFilter ignores the tenants of a filter.
type withoutFilter struct{ *memstore.Store }

func (s withoutFilter) ReadAll(ctx context.Context, after runtime.Position, f runtime.Filter) iter.Seq2[runtime.Record, error] {
	f.Tenants = nil
	return s.Store.ReadAll(ctx, after, f)
}

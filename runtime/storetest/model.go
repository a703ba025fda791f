package storetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/evgen/evgen/runtime"
)

// testModel runs random calls on a store and on a model of a dozen lines, and
// demands the same outcomes. Each run has streams of its own, behind those of the one
// before: to make a store takes some of them longer than a whole run.
func (target Target) testModel(t *testing.T) {
	s := target.open(t)
	rapid.Check(t, func(rt *rapid.T) {
		m := &machine{store: s, run: uuid.NewString(), before: head(t, s), streams: map[string][]string{}}
		rt.Repeat(map[string]func(*rapid.T){
			"append": m.append,
			"retry":  m.retry,
			"load":   m.load,
			"read":   m.read,
			"":       m.invariant,
		})
	})
}

// machine holds a store and what must be in it.
type machine struct {
	store runtime.Store
	// run parts streams from those of other runs, which end at before.
	run    string
	before runtime.Position
	// streams and log hold payloads; log names streams too.
	streams map[string][]string
	log     []string
	sent    []request
	counter int
}

// request is an append that succeeded, to be tried again.
type request struct {
	stream  string
	command uuid.UUID
	texts   []string
	outcome runtime.Appended
}

func drawStream(t *rapid.T) string {
	return rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "stream")
}

func drawExpect(t *rapid.T) runtime.Expect {
	return rapid.SampledFrom([]runtime.Expect{
		runtime.ExpectAny(), runtime.ExpectAny(), runtime.ExpectNew(), runtime.ExpectExists(),
		runtime.ExpectVersion(1), runtime.ExpectVersion(2), runtime.ExpectVersion(3), runtime.ExpectVersion(5),
	}).Draw(t, "expect")
}

func (m *machine) append(t *rapid.T) {
	r := request{stream: drawStream(t), command: uuid.New()}
	for range rapid.IntRange(1, 4).Draw(t, "events") {
		m.counter++
		r.texts = append(r.texts, fmt.Sprint(m.counter))
	}
	expect, actual := drawExpect(t), runtime.StreamVersion(len(m.streams[r.stream]))
	out, err := m.send(r, expect)
	if !expect.Allows(actual) {
		var conflict *runtime.ConflictError
		if !errors.As(err, &conflict) || conflict.Actual != actual {
			t.Fatalf("append to version %d expecting %s: %v", actual, expect, err)
		}
		return
	}
	if err != nil || out.First != actual+1 || out.Last != actual+runtime.StreamVersion(len(r.texts)) || out.Duplicate {
		t.Fatalf("append to version %d expecting %s: %+v, %v", actual, expect, out, err)
	}
	m.streams[r.stream] = append(m.streams[r.stream], r.texts...)
	for _, text := range r.texts {
		m.log = append(m.log, r.stream+" "+text)
	}
	r.outcome = out
	m.sent = append(m.sent, r)
}

func (m *machine) stream(name string) runtime.StreamID {
	return runtime.StreamOf("Note", m.run+" "+name)
}

// all is what this run has written.
func (m *machine) all(t *rapid.T) []runtime.Record {
	return collect(t, m.store.ReadAll(context.Background(), m.before, runtime.Filter{}))
}

func (m *machine) send(r request, expect runtime.Expect) (runtime.Appended, error) {
	return m.store.Append(context.Background(), m.stream(r.stream), expect, command(r.command), notes(r.texts...)...)
}

func (m *machine) retry(t *rapid.T) {
	if len(m.sent) == 0 {
		return
	}
	r := rapid.SampledFrom(m.sent).Draw(t, "request")
	kept := rapid.IntRange(1, len(r.texts)).Draw(t, "kept")
	short := r
	short.texts = r.texts[:kept]
	out, err := m.send(short, drawExpect(t))
	if kept < len(r.texts) {
		var refused *runtime.IdempotencyError
		if !errors.As(err, &refused) {
			t.Fatalf("%d of %d events again: %+v, %v", kept, len(r.texts), out, err)
		}
		return
	}
	r.outcome.Duplicate = true
	if err != nil || out != r.outcome {
		t.Fatalf("the same again: %+v, %v; first %+v", out, err, r.outcome)
	}
}

func (m *machine) load(t *rapid.T) {
	name := drawStream(t)
	want := m.streams[name]
	from := rapid.IntRange(1, len(want)+2).Draw(t, "from")
	to := rapid.IntRange(0, len(want)+2).Draw(t, "to")
	limit := rapid.IntRange(1, 4).Draw(t, "limit")
	opts := []runtime.LoadOption{runtime.FromVersion(runtime.StreamVersion(from)), runtime.ToVersion(runtime.StreamVersion(to)), runtime.Limit(limit)}
	low, high := min(from-1, len(want)), min(to, len(want))
	want = want[low:max(low, high)]
	same(t, "loaded", texts(collect(t, m.store.Load(context.Background(), m.stream(name), opts...))), append([]string{}, want[:min(limit, len(want))]...))
}

func (m *machine) read(t *rapid.T) {
	if len(m.log) == 0 {
		return
	}
	all := m.all(t)
	from := rapid.IntRange(0, len(all)-1).Draw(t, "from")
	to := rapid.IntRange(from, len(all)-1).Draw(t, "until")
	f := runtime.Filter{Until: all[to].Position}
	same(t, "read", collect(t, m.store.ReadAll(context.Background(), all[from].Position, f)), append([]runtime.Record(nil), all[from+1:to+1]...))
}

func (m *machine) invariant(t *rapid.T) {
	var got []string
	for _, rec := range m.all(t) {
		name := strings.TrimPrefix(rec.Stream.ID(), m.run+" ")
		got = append(got, name+" "+texts([]runtime.Record{rec})[0])
	}
	same(t, "log", got, m.log)
}

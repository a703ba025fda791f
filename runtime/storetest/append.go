package storetest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
)

func appendScenarios() []scenario {
	return []scenario{
		{"first event has version 1", appendFirst},
		{"a batch is stored in order with ascending positions", appendBatch},
		{"every expectation holds or conflicts", appendExpectations},
		{"a conflict writes nothing and burns no position", appendConflictBurnsNothing},
		{"the zero expectation, cause and stream are refused", appendZeroArguments},
		{"an empty batch is refused", appendEmpty},
		{"one invalid event refuses the whole batch", appendInvalid},
		{"the envelope survives", appendEnvelope},
		{"a cause is inherited from an event", appendCausedBy},
		{"times keep whole microseconds, in UTC", appendTimes},
		{"recorded-at does not fall within a stream", appendRecordedAt},
		{"payload bytes are kept exactly", appendBytes},
		{"a payload of 8 MiB", appendBig},
		{"a batch of 5000 events", appendLargeBatch},
		{"a stream belongs to its first tenant", appendTenant},
		{"names are data", appendHostileNames},
	}
}

func appendFirst(t *testing.T, s runtime.Store) {
	before := head(t, s)
	out := write(t, s, newStream(), runtime.ExpectNew(), noted{"a"})
	same(t, "versions", []runtime.StreamVersion{out.First, out.Last}, []runtime.StreamVersion{1, 1})
	if out.Position <= before || out.FirstPosition != out.Position || out.Duplicate {
		t.Errorf("after head %d: %+v", before, out)
	}
	same(t, "head", head(t, s), out.Position)
}

func appendBatch(t *testing.T, s runtime.Store) {
	stream := newStream()
	write(t, s, stream, runtime.ExpectNew(), noted{"a"})
	out := write(t, s, stream, runtime.ExpectVersion(1), notes("b", "c", "d")...)
	same(t, "first and last", []runtime.StreamVersion{out.First, out.Last}, []runtime.StreamVersion{2, 4})
	got := load(t, s, stream)
	same(t, "events", texts(got), []string{"a", "b", "c", "d"})
	for i, rec := range got {
		same(t, "version", rec.StreamVersion, runtime.StreamVersion(i+1))
		if i > 0 && rec.Position <= got[i-1].Position {
			t.Errorf("position %d follows %d", rec.Position, got[i-1].Position)
		}
	}
	same(t, "positions told", []runtime.Position{out.FirstPosition, out.Position}, []runtime.Position{got[1].Position, got[3].Position})
}

func appendExpectations(t *testing.T, s runtime.Store) {
	cases := []struct {
		expect runtime.Expect
		events int
		fits   bool
	}{
		{runtime.ExpectNew(), 0, true},
		{runtime.ExpectNew(), 2, false},
		{runtime.ExpectVersion(0), 0, true},
		{runtime.ExpectVersion(0), 2, false},
		{runtime.ExpectExists(), 0, false},
		{runtime.ExpectExists(), 2, true},
		{runtime.ExpectVersion(2), 0, false},
		{runtime.ExpectVersion(2), 2, true},
		{runtime.ExpectVersion(1), 2, false},
		{runtime.ExpectVersion(3), 2, false},
		{runtime.ExpectAny(), 0, true},
		{runtime.ExpectAny(), 2, true},
	}
	for _, c := range cases {
		t.Run(fmt.Sprintf("%s on %d events", c.expect, c.events), func(t *testing.T) {
			stream := newStream()
			if c.events > 0 {
				write(t, s, stream, runtime.ExpectNew(), notes("a", "b")...)
			}
			_, err := s.Append(context.Background(), stream, c.expect, runtime.Root(), noted{"x"})
			if c.fits {
				check(t, "append", err)
				return
			}
			conflict := wantErrorAs[*runtime.ConflictError](t, err)
			same(t, "conflict", *conflict, runtime.ConflictError{Stream: stream, Expected: c.expect, Actual: runtime.StreamVersion(c.events)})
		})
	}
}

func appendConflictBurnsNothing(t *testing.T, s runtime.Store) {
	stream := newStream()
	first := write(t, s, stream, runtime.ExpectNew(), noted{"a"})
	for range 5 {
		_, err := s.Append(context.Background(), stream, runtime.ExpectNew(), runtime.Root(), notes("x", "y")...)
		wantErrorAs[*runtime.ConflictError](t, err)
	}
	same(t, "head", head(t, s), first.Position)
	next := write(t, s, stream, runtime.ExpectVersion(1), noted{"b"})
	same(t, "next position", next.Position, first.Position+1)
	same(t, "events", texts(everything(t, s)), []string{"a", "b"})
}

func appendZeroArguments(t *testing.T, s runtime.Store) {
	ctx, stream, any := context.Background(), newStream(), runtime.ExpectAny()
	_, err := s.Append(ctx, stream, runtime.Expect{}, runtime.Root(), noted{"a"})
	wantErrorIs(t, err, runtime.ErrNoExpect)
	_, err = s.Append(ctx, stream, runtime.ExpectVersion(-1), runtime.Root(), noted{"a"})
	wantErrorIs(t, err, runtime.ErrNoExpect)
	_, err = s.Append(ctx, stream, any, runtime.Cause{}, noted{"a"})
	wantErrorIs(t, err, runtime.ErrNoCause)
	_, err = s.Append(ctx, stream, any, runtime.Root().WithCausation(uuid.Nil), noted{"a"})
	wantErrorIs(t, err, runtime.ErrNoCause)
	_, err = s.Append(ctx, stream, any, runtime.CausedBy(runtime.Lineage{}), noted{"a"})
	wantErrorIs(t, err, runtime.ErrNoCause)
	_, err = s.Append(ctx, runtime.StreamID{}, any, runtime.Root(), noted{"a"})
	wantErrorAs[*runtime.InvalidStreamError](t, err)
	wantErrorAs[*runtime.InvalidStreamError](t, firstError(s.Load(ctx, runtime.StreamID{})))
	same(t, "records", len(everything(t, s)), 0)
}

func appendEmpty(t *testing.T, s runtime.Store) {
	_, err := s.Append(context.Background(), newStream(), runtime.ExpectAny(), runtime.Root())
	wantErrorIs(t, err, runtime.ErrNoEvents)
}

func appendInvalid(t *testing.T, s runtime.Store) {
	for _, bad := range []runtime.Event{refused{}, unencodable{}, nil} {
		_, err := s.Append(context.Background(), newStream(), runtime.ExpectAny(), runtime.Root(), noted{"a"}, bad, noted{"c"})
		same(t, "index", wantErrorAs[*runtime.InvalidEventError](t, err).Index, 1)
		if bad != nil {
			wantErrorIs(t, err, errRefused)
		}
	}
	same(t, "records", len(everything(t, s)), 0)
}

func appendEnvelope(t *testing.T, s runtime.Store) {
	stream := newStream()
	occurred := time.Date(2021, 3, 4, 5, 6, 7, 123456000, time.UTC)
	cause := runtime.Root().WithTenant("acme").WithActor("ada \U0001F980").WithOccurredAt(occurred).
		WithHeader("traceparent", "00-ab-cd-01").WithHeader("empty", "")
	before := runtime.Timestamp(time.Now())
	out := writeAs(t, s, stream, runtime.ExpectNew(), cause, renamed{noted{"a"}})
	got := everything(t, s)[0]
	if got.ID.Version() != 7 {
		t.Errorf("event id %s has version %d, want 7", got.ID, got.ID.Version())
	}
	if got.RecordedAt.Before(before) || got.RecordedAt.Location() != time.UTC {
		t.Errorf("recorded at %s, appended after %s", got.RecordedAt, before)
	}
	want := runtime.Meta{
		ID: got.ID, Type: "storetest.Renamed", Version: 7, Stream: stream, StreamVersion: 1, Position: out.Position,
		Tenant: "acme", Correlation: cause.Correlation(), Causation: cause.Causation(), Actor: "ada \U0001F980",
		OccurredAt: occurred, RecordedAt: got.RecordedAt,
		Headers: map[string]string{"traceparent": "00-ab-cd-01", "empty": ""},
	}
	same(t, "meta", got.Meta, want)
}

func appendCausedBy(t *testing.T, s runtime.Store) {
	write(t, s, newStream(), runtime.ExpectNew(), noted{"a"})
	first := everything(t, s)[0]
	writeAs(t, s, newStream(), runtime.ExpectNew(), runtime.CausedBy(first), noted{"b"})
	second := everything(t, s)[1]
	same(t, "correlation", second.Correlation, first.Correlation)
	same(t, "causation", second.Causation, first.ID)
}

func appendTimes(t *testing.T, s runtime.Store) {
	zone := time.FixedZone("", 5*3600+1800)
	for _, in := range []time.Time{
		time.Date(2024, 2, 29, 23, 59, 59, 999999999, zone),
		time.Date(1969, 12, 31, 23, 59, 59, 999999999, time.UTC),
		time.Date(1, 1, 1, 0, 0, 0, 1000, time.UTC),
		time.Date(9999, 12, 31, 23, 59, 59, 999999000, time.UTC),
	} {
		stream := newStream()
		writeAs(t, s, stream, runtime.ExpectNew(), runtime.Root().WithOccurredAt(in), noted{"a"})
		got := load(t, s, stream)[0].OccurredAt
		if want := runtime.Timestamp(in); !got.Equal(want) || got.Location() != time.UTC {
			t.Errorf("occurred at %s is read as %s, want %s", in, got, want)
		}
	}
}

// appendRecordedAt has several writers, whose clocks or transactions may differ.
func appendRecordedAt(t *testing.T, s runtime.Store) {
	stream := newStream()
	inParallel(t, 4, func(int) error {
		for range 15 {
			if _, err := s.Append(context.Background(), stream, runtime.ExpectAny(), runtime.Root(), notes("1", "2")...); err != nil {
				return err
			}
		}
		return nil
	})
	var last time.Time
	for _, rec := range load(t, s, stream) {
		if rec.RecordedAt.Before(last) {
			t.Fatalf("version %d was recorded at %s, the one before at %s", rec.StreamVersion, rec.RecordedAt, last)
		}
		last = rec.RecordedAt
	}
}

// raw is an event whose payload is given.
type raw struct {
	noted
	data string
}

func (e raw) AppendJSON(dst []byte) ([]byte, error) { return append(dst, e.data...), nil }

func appendBytes(t *testing.T, s runtime.Store) {
	for _, data := range []string{
		"{}", `{"z":1,"a":2,"a":3}`, "{ \"spaced\" :\t1.0e+2 }\n", `{"nul":"\u0000","lone":"\ud800"}`,
		"{\"e\":\"\u00e9\U0001F980\u2028\"}", `"text"`, "null", "12345678901234567890.10",
	} {
		stream := newStream()
		write(t, s, stream, runtime.ExpectNew(), raw{data: data})
		same(t, "payload", string(load(t, s, stream)[0].Data), data)
	}
}

func appendBig(t *testing.T, s runtime.Store) {
	stream, text := newStream(), strings.Repeat("0123456789abcdef", 8<<20/16)
	write(t, s, stream, runtime.ExpectNew(), notes("before", text, "after")...)
	got := texts(load(t, s, stream))
	if len(got) != 3 || got[0] != "before" || got[1] != text || got[2] != "after" {
		t.Errorf("a big payload came back as %d records", len(got))
	}
}

func appendLargeBatch(t *testing.T, s runtime.Store) {
	const n = 5000
	stream, events, want := newStream(), make([]runtime.Event, n), make([]string, n)
	for i := range n {
		want[i] = fmt.Sprint("event ", i)
		events[i] = noted{want[i]}
	}
	out := write(t, s, stream, runtime.ExpectNew(), events...)
	same(t, "last", out.Last, n)
	same(t, "loaded", texts(load(t, s, stream)), want)
	same(t, "read", texts(everything(t, s)), want)
}

func appendTenant(t *testing.T, s runtime.Store) {
	ctx, stream := context.Background(), newStream()
	writeAs(t, s, stream, runtime.ExpectNew(), runtime.Root().WithTenant("acme"), noted{"a"})
	for _, expect := range []runtime.Expect{runtime.ExpectAny(), runtime.ExpectExists(), runtime.ExpectVersion(1), runtime.ExpectNew()} {
		_, err := s.Append(ctx, stream, expect, runtime.Root().WithTenant("globex"), noted{"b"})
		same(t, "refusal", *wantErrorAs[*runtime.TenantError](t, err), runtime.TenantError{Stream: stream, Tenant: "globex"})
	}
	_, err := s.Append(ctx, stream, runtime.ExpectAny(), runtime.Root(), noted{"b"})
	wantErrorAs[*runtime.TenantError](t, err)
	same(t, "events", texts(everything(t, s)), []string{"a"})
}

func appendHostileNames(t *testing.T, s runtime.Store) {
	for _, id := range []string{"'; drop table events; --", "a-b-c", "%", "_", "\"`$1?", "ü\U0001F980", strings.Repeat("x", runtime.MaxStreamIDBytes)} {
		stream := runtime.StreamOf("Note", id)
		write(t, s, stream, runtime.ExpectNew(), noted{id})
		same(t, "loaded", texts(load(t, s, stream)), []string{id})
		filtered := s.ReadAll(context.Background(), 0, runtime.Filter{Streams: []runtime.StreamID{stream}})
		same(t, "filtered", texts(collect(t, filtered)), []string{id})
	}
}

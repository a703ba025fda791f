package storetest

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
)

// noted is the event of the suite.
type noted struct {
	Text string `json:"text"`
}

func (noted) EventType() string { return "storetest.Noted" }
func (noted) EventVersion() int { return 1 }
func (noted) Validate() error   { return nil }
func (e noted) AppendJSON(dst []byte) ([]byte, error) {
	data, err := json.Marshal(e.Text)
	return append(append(append(dst, `{"text":`...), data...), '}'), err
}

// renamed is noted under another type.
type renamed struct{ noted }

func (renamed) EventType() string { return "storetest.Renamed" }
func (renamed) EventVersion() int { return 7 }

var errRefused = errors.New("refused by its schema")

// refused never passes validation.
type refused struct{ noted }

func (refused) Validate() error { return errRefused }

// unencodable fails to encode after it has written something.
type unencodable struct{ noted }

func (unencodable) AppendJSON(dst []byte) ([]byte, error) { return append(dst, "{half"...), errRefused }

func notes(texts ...string) []runtime.Event {
	events := make([]runtime.Event, len(texts))
	for i, text := range texts {
		events[i] = noted{text}
	}
	return events
}

func newStream() runtime.StreamID { return runtime.StreamOfUUID("Note", uuid.New()) }

// write appends or fails the test.
func write(t failer, s runtime.Store, stream runtime.StreamID, expect runtime.Expect, events ...runtime.Event) runtime.Appended {
	t.Helper()
	return writeAs(t, s, stream, expect, runtime.Root(), events...)
}

func writeAs(t failer, s runtime.Store, stream runtime.StreamID, expect runtime.Expect, cause runtime.Cause, events ...runtime.Event) runtime.Appended {
	t.Helper()
	out, err := s.Append(context.Background(), stream, expect, cause, events...)
	check(t, "append to "+stream.String(), err)
	return out
}

// collect reads an iterator to its end or fails the test.
func collect(t failer, records iter.Seq2[runtime.Record, error]) []runtime.Record {
	t.Helper()
	var out []runtime.Record
	for rec, err := range records {
		check(t, "read", err)
		out = append(out, rec)
	}
	return out
}

// firstError reads an iterator up to its first error, after which it must end.
func firstError(records iter.Seq2[runtime.Record, error]) error {
	var first error
	for _, err := range records {
		if first != nil {
			return errors.New("the iterator goes on after an error")
		}
		first = err
	}
	return first
}

func everything(t failer, s runtime.Store) []runtime.Record {
	t.Helper()
	return collect(t, s.ReadAll(context.Background(), 0, runtime.Filter{}))
}

func load(t failer, s runtime.Store, stream runtime.StreamID, opts ...runtime.LoadOption) []runtime.Record {
	t.Helper()
	return collect(t, s.Load(context.Background(), stream, opts...))
}

func head(t failer, s runtime.Store) runtime.Position {
	t.Helper()
	p, _, err := s.Head(context.Background())
	check(t, "head", err)
	return p
}

// texts names records by their payloads, and data by itself where it is foreign.
func texts(records []runtime.Record) []string {
	out := []string{}
	for _, rec := range records {
		var e noted
		if err := json.Unmarshal(rec.Data, &e); err != nil {
			e.Text = string(rec.Data)
		}
		out = append(out, e.Text)
	}
	return out
}

// failer is what testing and rapid have in common.
type failer interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

func check(t failer, action string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", action, err)
	}
}

func same[T any](t failer, what string, got, want T) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(runtime.StreamID{}, runtime.Expect{})); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func wantErrorAs[T error](t failer, err error) T {
	t.Helper()
	var target T
	if !errors.As(err, &target) {
		t.Fatalf("error is %v (%T), want a %T", err, err, target)
	}
	return target
}

func wantErrorIs(t failer, err, target error) {
	t.Helper()
	if !errors.Is(err, target) {
		t.Fatalf("error is %v, want %v", err, target)
	}
}

// What should take no time at all: patience bounds the work of a store, settling
// what it may still have to do after a call has returned.
const (
	patience = 20 * time.Second
	settling = 3 * time.Second
)

// eventually calls cond until it is true.
func eventually(t testing.TB, what string, cond func() bool) {
	t.Helper()
	deadline := time.NewTimer(settling)
	defer deadline.Stop()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !cond() {
		select {
		case <-deadline.C:
			t.Fatalf("%s: not within %s", what, settling)
		case <-tick.C:
		}
	}
}

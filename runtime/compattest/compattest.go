// Package compattest holds the checks that evgen emits into every generated package.
//
// In: a schema, its codec table, and sample payloads of every stored version.
// Out: failed subtests named by event and version. It reads nothing but the samples.
package compattest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/codec"
	"github.com/evgen/evgen/runtime/upcast"
)

// Run checks, for every version of every event that may be stored:
//
//   - the samples decode, validate unless the event is retired, and encode to the same JSON;
//   - they upcast to the newest versions by the one decode path, all hand-written upcasts are
//     there, and doing it twice gives the same bytes;
//   - what the upcast gives encodes, and decodes again;
//   - where there is a downcast, one step up and down again gives the same bytes.
//
// It also checks that the table of the codec fits the Go types, field by field.
func Run(t *testing.T, schema *runtime.Schema, table *codec.Table, samples fs.FS) {
	t.Helper()
	t.Run("codec table", func(t *testing.T) {
		if err := table.Check(); err != nil {
			t.Fatal(err)
		}
	})
	payloads, err := readSamples(samples)
	if err != nil {
		t.Fatalf("samples cannot be read (run evgen generate): %v", err)
	}
	for i := range schema.Events {
		event := &schema.Events[i]
		for j := range event.Versions {
			c := check{schema: schema, event: event, version: &event.Versions[j]}
			t.Run(fmt.Sprintf("%s.v%d", event.Type, c.version.Number), func(t *testing.T) { c.run(t, payloads) })
		}
	}
}

// payload is one line of the samples.
type payload struct {
	Type    string          `json:"type"`
	Version int             `json:"version"`
	Sample  string          `json:"sample"`
	Payload json.RawMessage `json:"payload"`
}

func readSamples(dir fs.FS) ([]payload, error) {
	file, err := dir.Open("samples.jsonl")
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var all []payload
	for dec := json.NewDecoder(file); dec.More(); {
		var p payload
		if err := dec.Decode(&p); err != nil {
			return nil, fmt.Errorf("samples.jsonl: %w", err)
		}
		all = append(all, p)
	}
	return all, nil
}

// check is the check of one stored version.
type check struct {
	schema  *runtime.Schema
	event   *runtime.EventSchema
	version *runtime.VersionSchema
}

func (c check) run(t *testing.T, payloads []payload) {
	found := false
	for _, p := range payloads {
		if p.Type != c.event.Type || p.Version != c.version.Number {
			continue
		}
		found = true
		t.Run(p.Sample, func(t *testing.T) {
			c.roundTrip(t, p.Payload)
			c.upcast(t, p.Payload)
			c.back(t, p.Payload)
		})
	}
	if !found {
		t.Error("there is no sample of this version: run evgen generate")
	}
}

// roundTrip decodes a sample as the version that wrote it, and encodes it again.
func (c check) roundTrip(t *testing.T, data []byte) {
	event, err := c.version.Decode(data)
	if err != nil {
		t.Fatalf("decode: %v\n%s", err, data)
	}
	var retired *runtime.RetiredError
	if err := event.Validate(); err != nil && !errors.As(err, &retired) {
		t.Errorf("validate: %v\n%s", err, data)
	}
	again, err := event.AppendJSON(nil)
	if err != nil {
		t.Fatalf("encode: %v", err)
	}
	if !sameJSON(data, again) {
		t.Errorf("encoded again it differs\n had: %s\n got: %s", data, again)
	}
}

// upcast takes a sample to the newest versions, twice.
func (c check) upcast(t *testing.T, data []byte) {
	first, second := c.today(t, data), c.today(t, data)
	if len(first) != len(second) {
		t.Fatalf("upcast gave %d events, then %d: an upcast must be deterministic", len(first), len(second))
	}
	for i := range first {
		if !bytes.Equal(first[i].json, second[i].json) {
			t.Errorf("upcast gave two results: it must be deterministic\n one: %s\n two: %s", first[i].json, second[i].json)
		}
		c.readable(t, first[i])
	}
}

// back takes a sample one step up and down again: it must come back as it was, unless the step up loses something.
func (c check) back(t *testing.T, data []byte) {
	next := c.event.Version(c.version.Number + 1)
	if next == nil || next.Downcast == nil || next.Inexact {
		return
	}
	event, err := c.version.Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	meta := c.meta()
	up, err := c.version.Upcast(&meta, event, nil)
	if err != nil || len(up) != 1 {
		t.Fatalf("one step up: %d events, %v", len(up), err)
	}
	want, err := event.AppendJSON(nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := next.Downcast(up[0]).AppendJSON(nil)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("one step up and down again differs: %v\n had: %s\n got: %s", err, want, got)
	}
}

// result is an event of today.
type result struct {
	event runtime.Event
	json  []byte
}

func (c check) today(t *testing.T, data []byte) []result {
	t.Helper()
	rec := &runtime.Record{Meta: c.meta(), Data: bytes.Clone(data)}
	events, err := c.schema.AppendEvents(nil, rec)
	if stub := (*upcast.NotWrittenError)(nil); errors.As(err, &stub) {
		t.Fatal(stub)
	}
	var foreign *runtime.UnknownTypeError
	if errors.As(err, &foreign) {
		return nil // it becomes an event of another package, whose own test reads it
	}
	if err != nil {
		t.Fatalf("upcast: %v", err)
	}
	out := make([]result, len(events))
	for i, e := range events {
		out[i].event = e
		if out[i].json, err = e.AppendJSON(nil); err != nil {
			t.Fatalf("encode the newest version: %v", err)
		}
	}
	return out
}

// readable decodes what today's code would write.
func (c check) readable(t *testing.T, r result) {
	rec := &runtime.Record{Meta: c.meta(), Data: r.json}
	rec.Type, rec.Version = r.event.EventType(), r.event.EventVersion()
	events, err := c.schema.AppendEvents(nil, rec)
	var foreign *runtime.UnknownTypeError
	if errors.As(err, &foreign) {
		return
	}
	if err != nil || len(events) != 1 {
		t.Errorf("what the upcast gave is not read back: %d events, %v\n%s", len(events), err, r.json)
	}
}

// meta is the envelope of a sample: a fixed one, so that rules that read it are repeatable.
func (c check) meta() runtime.Meta {
	id := uuid.MustParse("018f5c2e-7a10-7000-8000-000000000001")
	category := strings.TrimSpace(c.event.Aggregate)
	if category == "" {
		category = "sample"
	}
	at := time.Date(2024, 2, 29, 12, 0, 0, 0, time.UTC)
	return runtime.Meta{
		ID: id, Type: c.event.Type, Version: c.version.Number, Stream: runtime.StreamOfUUID(category, id), StreamVersion: 1, Position: 1,
		Correlation: id, Causation: id, Actor: "sample", OccurredAt: at, RecordedAt: at,
	}
}

// sameJSON compares as JSON values, numbers by their value.
func sameJSON(a, b []byte) bool {
	var x, y any
	return json.Unmarshal(a, &x) == nil && json.Unmarshal(b, &y) == nil && reflect.DeepEqual(x, y)
}

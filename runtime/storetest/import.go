package storetest

import (
	"context"
	"errors"
	"iter"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
)

func importScenarios(Target) []scenario {
	return []scenario{
		{"raw records are appended as they were recorded", importRaw},
		{"an import can be run again", importAgain},
		{"a record that lacks something is refused", importBad},
		{"an error of the source ends the import", importSourceError},
	}
}

func rawRecord(stream runtime.StreamID, text string) runtime.Record {
	at := time.Date(2019, 1, 2, 3, 4, 5, 6000, time.UTC)
	return runtime.Record{
		Meta: runtime.Meta{
			ID: uuid.New(), Type: "storetest.Ancient", Version: 1, Stream: stream, Tenant: "acme",
			Correlation: uuid.New(), Causation: uuid.New(), Actor: "clerk", OccurredAt: at, RecordedAt: at.Add(time.Hour),
			Headers: map[string]string{"k": "v"},
		},
		Data: []byte(`{"text":"` + text + `"}`),
	}
}

func sequence(records []runtime.Record) iter.Seq2[runtime.Record, error] {
	return func(yield func(runtime.Record, error) bool) {
		for _, rec := range records {
			if !yield(rec, nil) {
				return
			}
		}
	}
}

func importRaw(t *testing.T, s runtime.Store) {
	a, b := newStream(), newStream()
	want := []runtime.Record{rawRecord(a, "1"), rawRecord(b, "2"), rawRecord(a, "3")}
	done, err := s.(runtime.Importer).Import(context.Background(), sequence(want))
	check(t, "import", err)
	same(t, "outcome", done, runtime.Imported{Events: 3, Position: head(t, s)})
	got := everything(t, s)
	for i, version := range []runtime.StreamVersion{1, 1, 2} {
		want[i].StreamVersion, want[i].Position = version, got[i].Position
	}
	same(t, "records", got, want)
	out := writeAs(t, s, a, runtime.ExpectVersion(2), runtime.Root().WithTenant("acme"), noted{"4"})
	same(t, "next version", out.Last, 3)
}

func importAgain(t *testing.T, s runtime.Store) {
	ctx, stream := context.Background(), newStream()
	records := []runtime.Record{rawRecord(stream, "1"), rawRecord(stream, "2"), rawRecord(stream, "3")}
	_, err := s.(runtime.Importer).Import(ctx, sequence(records[:2]))
	check(t, "import", err)
	done, err := s.(runtime.Importer).Import(ctx, sequence(records))
	check(t, "import again", err)
	same(t, "outcome", done, runtime.Imported{Events: 1, Duplicates: 2, Position: head(t, s)})
	same(t, "events", texts(everything(t, s)), []string{"1", "2", "3"})

	records[0].Data = []byte(`{"text":"other"}`)
	_, err = s.(runtime.Importer).Import(ctx, sequence(records))
	wantErrorAs[*runtime.IdempotencyError](t, err)
}

func importBad(t *testing.T, s runtime.Store) {
	for name, spoil := range map[string]func(*runtime.Record){
		"id":          func(r *runtime.Record) { r.ID = uuid.Nil },
		"type":        func(r *runtime.Record) { r.Type = "" },
		"version":     func(r *runtime.Record) { r.Version = 0 },
		"correlation": func(r *runtime.Record) { r.Correlation = uuid.Nil },
		"stream":      func(r *runtime.Record) { r.Stream = runtime.StreamID{} },
		"payload":     func(r *runtime.Record) { r.Data = []byte("{") },
	} {
		t.Run(name, func(t *testing.T) {
			rec := rawRecord(newStream(), "x")
			spoil(&rec)
			if _, err := s.(runtime.Importer).Import(context.Background(), sequence([]runtime.Record{rec})); err == nil {
				t.Error("the record was taken")
			}
			same(t, "records", len(everything(t, s)), 0)
		})
	}
}

func importSourceError(t *testing.T, s runtime.Store) {
	broken := errors.New("the tape is torn")
	_, err := s.(runtime.Importer).Import(context.Background(), func(yield func(runtime.Record, error) bool) {
		yield(runtime.Record{}, broken)
	})
	wantErrorIs(t, err, broken)
}

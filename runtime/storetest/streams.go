package storetest

import (
	"context"
	"fmt"
	"iter"
	"testing"

	"github.com/evgen/evgen/runtime"
)

func streamsScenarios(Target) []scenario {
	return []scenario{
		{"streams are listed by name with their heads", listStreams},
		{"a list is cut into pages", listPages},
		{"a list goes on behind many streams", listMany},
	}
}

func listed(t *testing.T, s runtime.Store, q runtime.StreamQuery) []runtime.StreamInfo {
	t.Helper()
	return collectInfo(t, s.(runtime.StreamLister).Streams(context.Background(), q))
}

func collectInfo(t *testing.T, seq iter.Seq2[runtime.StreamInfo, error]) []runtime.StreamInfo {
	t.Helper()
	var out []runtime.StreamInfo
	for info, err := range seq {
		check(t, "list", err)
		out = append(out, info)
	}
	return out
}

// streamNames are in the order of bytes; one category begins like another, and one id like another.
var streamNames = []string{"Note-1", "Note-10", "Note-2", "Note.Old-1", "Notes-1", "note-1"}

// writeStreams appends one event to each of streamNames, and another one to the first.
func writeStreams(t *testing.T, s runtime.Store) (heads []runtime.StreamInfo) {
	t.Helper()
	for i, name := range streamNames {
		stream, err := runtime.ParseStreamID(name)
		check(t, "parse", err)
		tenant := runtime.Tenant([]string{"", "acme"}[i%2])
		cause := runtime.Root().WithTenant(tenant)
		writeAs(t, s, stream, runtime.ExpectNew(), cause, noted{"first"})
		if i == 0 {
			writeAs(t, s, stream, runtime.ExpectVersion(1), cause, noted{"second"})
		}
	}
	newest := map[runtime.StreamID]runtime.Record{}
	for _, rec := range everything(t, s) {
		newest[rec.Stream] = rec
	}
	for _, name := range streamNames {
		stream, err := runtime.ParseStreamID(name)
		check(t, "parse", err)
		rec := newest[stream]
		heads = append(heads, runtime.StreamInfo{Stream: stream, Version: rec.StreamVersion, Tenant: rec.Tenant, RecordedAt: rec.RecordedAt})
	}
	return heads
}

func listStreams(t *testing.T, s runtime.Store) {
	same(t, "streams of an empty store", len(listed(t, s, runtime.StreamQuery{})), 0)
	heads := writeStreams(t, s)
	same(t, "all", listed(t, s, runtime.StreamQuery{}), heads)
	same(t, "of a category", listed(t, s, runtime.StreamQuery{Categories: []string{"Note"}}), heads[:3])
	same(t, "of two", listed(t, s, runtime.StreamQuery{Categories: []string{"note", "Notes", "note"}}), heads[4:])
	same(t, "of a tenant", listed(t, s, runtime.StreamQuery{Tenants: []runtime.Tenant{"acme"}}),
		[]runtime.StreamInfo{heads[1], heads[3], heads[5]})
	same(t, "of a category that is not there", len(listed(t, s, runtime.StreamQuery{Categories: []string{"No"}})), 0)
}

func listPages(t *testing.T, s runtime.Store) {
	heads := writeStreams(t, s)
	same(t, "first page", listed(t, s, runtime.StreamQuery{Limit: 2}), heads[:2])
	same(t, "second page", listed(t, s, runtime.StreamQuery{Limit: 3, After: heads[1].Stream}), heads[2:5])
	same(t, "page of a category", listed(t, s, runtime.StreamQuery{Limit: 3, After: heads[1].Stream, Categories: []string{"Notes", "Note"}}),
		[]runtime.StreamInfo{heads[2], heads[4]})
	same(t, "page of a tenant", listed(t, s, runtime.StreamQuery{Limit: 1, After: heads[1].Stream, Tenants: []runtime.Tenant{"acme"}}), heads[3:4])
	same(t, "after a name that is not there", listed(t, s, runtime.StreamQuery{After: runtime.StreamOf("Note", "1000")}), heads[2:])
	same(t, "after the last", len(listed(t, s, runtime.StreamQuery{After: heads[5].Stream})), 0)
	for info, err := range s.(runtime.StreamLister).Streams(context.Background(), runtime.StreamQuery{}) {
		check(t, "list", err)
		same(t, "first of an iteration that stops", info, heads[0])
		break
	}
}

// More streams than a store is likely to fetch at once.
func listMany(t *testing.T, s runtime.Store) {
	const many = 1100
	var records []runtime.Record
	for i := range many {
		records = append(records, rawRecord(runtime.StreamOf("Many", fmt.Sprintf("%04d", i)), "x"))
	}
	fill(t, s, records)
	got := listed(t, s, runtime.StreamQuery{Categories: []string{"Many"}})
	same(t, "number", len(got), many)
	for i, info := range got {
		same(t, "name", info.Stream.ID(), fmt.Sprintf("%04d", i))
	}
}

// fill imports records, or appends as many to their streams where the store takes none.
func fill(t *testing.T, s runtime.Store, records []runtime.Record) {
	t.Helper()
	if importer, ok := s.(runtime.Importer); ok {
		_, err := importer.Import(context.Background(), sequence(records))
		check(t, "import", err)
		return
	}
	for _, rec := range records {
		write(t, s, rec.Stream, runtime.ExpectAny(), noted{"x"})
	}
}

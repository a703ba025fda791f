package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/evgen/evgen/runtime"
)

func loadScenarios() []scenario {
	return []scenario{
		{"a stream that does not exist is empty", loadNothing},
		{"every selection of versions", loadSelections},
		{"streams do not mix", loadApart},
		{"what the store knew at a time", loadAsOf},
		{"an iterator may be left early and used again", loadBreak},
		{"a stream may be written to while it is read", loadWhileWriting},
	}
}

func loadNothing(t *testing.T, s runtime.Store) {
	write(t, s, newStream(), runtime.ExpectNew(), noted{"a"})
	same(t, "records", len(load(t, s, newStream())), 0)
}

func loadSelections(t *testing.T, s runtime.Store) {
	stream := newStream()
	write(t, s, stream, runtime.ExpectNew(), notes("1", "2", "3")...)
	write(t, s, newStream(), runtime.ExpectNew(), notes("x")...)
	write(t, s, stream, runtime.ExpectVersion(3), notes("4", "5")...)
	from, to, limit, back := runtime.FromVersion, runtime.ToVersion, runtime.Limit, runtime.Backwards()
	for i, c := range []struct {
		opts []runtime.LoadOption
		want []string
	}{
		{nil, []string{"1", "2", "3", "4", "5"}},
		{[]runtime.LoadOption{from(0)}, []string{"1", "2", "3", "4", "5"}},
		{[]runtime.LoadOption{from(4)}, []string{"4", "5"}},
		{[]runtime.LoadOption{from(6)}, []string{}},
		{[]runtime.LoadOption{to(2)}, []string{"1", "2"}},
		{[]runtime.LoadOption{to(0)}, []string{}},
		{[]runtime.LoadOption{to(99)}, []string{"1", "2", "3", "4", "5"}},
		{[]runtime.LoadOption{from(2), to(4)}, []string{"2", "3", "4"}},
		{[]runtime.LoadOption{from(4), to(2)}, []string{}},
		{[]runtime.LoadOption{limit(2)}, []string{"1", "2"}},
		{[]runtime.LoadOption{limit(0)}, []string{"1", "2", "3", "4", "5"}},
		{[]runtime.LoadOption{from(4), limit(9)}, []string{"4", "5"}},
		{[]runtime.LoadOption{back}, []string{"5", "4", "3", "2", "1"}},
		{[]runtime.LoadOption{back, limit(1)}, []string{"5"}},
		{[]runtime.LoadOption{back, from(2), to(4), limit(2)}, []string{"4", "3"}},
	} {
		same(t, fmt.Sprintf("selection %d", i), texts(load(t, s, stream, c.opts...)), c.want)
	}
}

func loadApart(t *testing.T, s runtime.Store) {
	a, b := runtime.StreamOf("Note", "1"), runtime.StreamOf("Note", "1-1")
	c := runtime.StreamOf("Notes", "1")
	for _, stream := range []runtime.StreamID{a, b, c} {
		write(t, s, stream, runtime.ExpectNew(), noted{stream.String()})
		same(t, "events", texts(load(t, s, stream)), []string{stream.String()})
	}
}

func loadAsOf(t *testing.T, s runtime.Store) {
	stream := newStream()
	write(t, s, stream, runtime.ExpectNew(), notes("1", "2")...)
	early := load(t, s, stream)[1].RecordedAt
	later := early
	for version := runtime.StreamVersion(2); !later.After(early); version++ {
		out := write(t, s, stream, runtime.ExpectVersion(version), noted{"later"})
		later = load(t, s, stream, runtime.FromVersion(out.Last))[0].RecordedAt
	}
	all := load(t, s, stream)
	known := 0
	for known < len(all) && !all[known].RecordedAt.After(early) {
		known++
	}
	same(t, "as of then", load(t, s, stream, runtime.AsOf(early)), all[:known])
	same(t, "from version 2", load(t, s, stream, runtime.AsOf(early), runtime.FromVersion(2)), all[1:known])
	same(t, "backwards", load(t, s, stream, runtime.AsOf(early), runtime.Backwards(), runtime.Limit(1)), all[known-1:known])
	same(t, "as of now", load(t, s, stream, runtime.AsOf(later)), all)
	same(t, "before all", len(load(t, s, stream, runtime.AsOf(all[0].RecordedAt.Add(-time.Microsecond)))), 0)
}

func loadBreak(t *testing.T, s runtime.Store) {
	stream := newStream()
	write(t, s, stream, runtime.ExpectNew(), notes("1", "2", "3")...)
	records := s.Load(context.Background(), stream)
	for range 100 {
		for rec, err := range records {
			check(t, "load", err)
			same(t, "first", rec.StreamVersion, 1)
			break
		}
	}
	same(t, "whole", texts(collect(t, records)), []string{"1", "2", "3"})
}

func loadWhileWriting(t *testing.T, s runtime.Store) {
	stream := newStream()
	write(t, s, stream, runtime.ExpectNew(), notes("1", "2", "3")...)
	next := runtime.StreamVersion(1)
	for rec, err := range s.Load(context.Background(), stream, runtime.ToVersion(3)) {
		check(t, "load", err)
		same(t, "version", rec.StreamVersion, next)
		next++
		write(t, s, stream, runtime.ExpectAny(), noted{"new"})
		same(t, "nested load", len(load(t, s, stream)), int(rec.StreamVersion)+3)
	}
	same(t, "end", next, 4)
}

package storetest

import (
	"context"
	"fmt"
	"testing"

	"github.com/evgen/evgen/runtime"
)

func readScenarios() []scenario {
	return []scenario{
		{"an empty store has head 0 and no records", readEmpty},
		{"past the tip is empty, beyond it the store was rewound", readPastTip},
		{"the incarnation is stable", readIncarnation},
		{"every filter", readFilters},
		{"from every position", readFromEverywhere},
		{"the end is fixed when the iteration begins", readFrontier},
		{"many records in pieces", readMany},
		{"readers beside appenders miss nothing", readBesideAppenders},
	}
}

func readEmpty(t *testing.T, s runtime.Store) {
	same(t, "head", head(t, s), 0)
	same(t, "records", len(everything(t, s)), 0)
}

func readPastTip(t *testing.T, s runtime.Store) {
	out := write(t, s, newStream(), runtime.ExpectNew(), noted{"a"})
	ctx := context.Background()
	same(t, "records", len(collect(t, s.ReadAll(ctx, out.Position, runtime.Filter{}))), 0)
	err := firstError(s.ReadAll(ctx, out.Position+1, runtime.Filter{}))
	wantErrorIs(t, err, runtime.ErrStoreRewound)
	_, incarnation, _ := s.Head(ctx)
	same(t, "error", *wantErrorAs[*runtime.StoreRewoundError](t, err),
		runtime.StoreRewoundError{After: out.Position + 1, Head: out.Position, Incarnation: incarnation})
}

func readIncarnation(t *testing.T, s runtime.Store) {
	_, first, err := s.Head(context.Background())
	check(t, "head", err)
	write(t, s, newStream(), runtime.ExpectNew(), noted{"a"})
	_, second, err := s.Head(context.Background())
	check(t, "head", err)
	if first == "" || first != second {
		t.Errorf("incarnation %q became %q", first, second)
	}
}

func readFilters(t *testing.T, s runtime.Store) {
	a, b, c := runtime.StreamOf("Note", "1"), runtime.StreamOf("Note", "2"), runtime.StreamOf("Memo", "1")
	acme := runtime.Root().WithTenant("acme")
	writeAs(t, s, a, runtime.ExpectNew(), acme, noted{"a1"}, renamed{noted{"a2"}})
	write(t, s, b, runtime.ExpectNew(), noted{"b1"})
	write(t, s, c, runtime.ExpectNew(), noted{"c1"}, renamed{noted{"c2"}})
	until := write(t, s, b, runtime.ExpectVersion(1), noted{"b2"}).Position
	writeAs(t, s, a, runtime.ExpectVersion(2), acme, noted{"a3"})
	type filter = runtime.Filter
	for _, c := range []struct {
		name string
		f    filter
		want []string
	}{
		{"zero", filter{}, []string{"a1", "a2", "b1", "c1", "c2", "b2", "a3"}},
		{"type", filter{Types: []string{"storetest.Renamed"}}, []string{"a2", "c2"}},
		{"types", filter{Types: []string{"storetest.Renamed", "storetest.Noted", "other"}}, []string{"a1", "a2", "b1", "c1", "c2", "b2", "a3"}},
		{"unknown type", filter{Types: []string{"storetest"}}, []string{}},
		{"category", filter{Categories: []string{"Memo"}}, []string{"c1", "c2"}},
		{"category is no prefix", filter{Categories: []string{"Mem", "Not"}}, []string{}},
		{"stream", filter{Streams: []runtime.StreamID{b}}, []string{"b1", "b2"}},
		{"streams", filter{Streams: []runtime.StreamID{c, a}}, []string{"a1", "a2", "c1", "c2", "a3"}},
		{"tenant", filter{Tenants: []runtime.Tenant{"acme"}}, []string{"a1", "a2", "a3"}},
		{"no tenant", filter{Tenants: []runtime.Tenant{""}}, []string{"b1", "c1", "c2", "b2"}},
		{"until", filter{Until: until}, []string{"a1", "a2", "b1", "c1", "c2", "b2"}},
		{"until past the end", filter{Until: until + 99}, []string{"a1", "a2", "b1", "c1", "c2", "b2", "a3"}},
		{"type and category", filter{Types: []string{"storetest.Noted"}, Categories: []string{"Note"}}, []string{"a1", "b1", "b2", "a3"}},
		{"all", filter{Types: []string{"storetest.Noted"}, Categories: []string{"Note"}, Tenants: []runtime.Tenant{"acme"}, Streams: []runtime.StreamID{a, b}, Until: until}, []string{"a1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			same(t, "events", texts(collect(t, s.ReadAll(context.Background(), 0, c.f))), c.want)
		})
	}
}

func readFromEverywhere(t *testing.T, s runtime.Store) {
	stream := newStream()
	write(t, s, stream, runtime.ExpectNew(), notes("1", "2", "3", "4", "5")...)
	all := everything(t, s)
	for i, rec := range all {
		same(t, "rest", collect(t, s.ReadAll(context.Background(), rec.Position, runtime.Filter{})), append([]runtime.Record(nil), all[i+1:]...))
	}
	for i, rec := range collect(t, s.Load(context.Background(), stream)) {
		same(t, "loaded and read", rec, all[i])
	}
}

func readFrontier(t *testing.T, s runtime.Store) {
	write(t, s, newStream(), runtime.ExpectNew(), notes("1", "2", "3")...)
	seen := 0
	for _, err := range s.ReadAll(context.Background(), 0, runtime.Filter{}) {
		check(t, "read", err)
		write(t, s, newStream(), runtime.ExpectNew(), noted{"new"})
		if seen++; seen > 3 {
			t.Fatal("the reader saw what was appended after it began")
		}
	}
	same(t, "seen", seen, 3)
}

func readMany(t *testing.T, s runtime.Store) {
	const batches, size = 12, 500
	for range batches {
		events := make([]runtime.Event, size)
		for i := range events {
			events[i] = noted{"x"}
		}
		write(t, s, newStream(), runtime.ExpectNew(), events...)
	}
	var last runtime.Position
	n := 0
	for rec, err := range s.ReadAll(context.Background(), 0, runtime.Filter{}) {
		check(t, "read", err)
		if rec.Position <= last {
			t.Fatalf("position %d follows %d", rec.Position, last)
		}
		last = rec.Position
		n++
	}
	same(t, "records", n, batches*size)
}

// readBesideAppenders polls as a projection does, from the last position seen,
// while others append: at the end it must have seen what a fresh reader sees.
func readBesideAppenders(t *testing.T, s runtime.Store) {
	const writers, each, total = 6, 40, 6 * 40
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var seen []runtime.Record
	inParallel(t, writers+1, func(i int) error {
		if i < writers {
			return appendMany(s, fmt.Sprint(i), each)
		}
		for len(seen) < total && ctx.Err() == nil {
			var after runtime.Position
			if len(seen) > 0 {
				after = seen[len(seen)-1].Position
			}
			for rec, err := range s.ReadAll(context.Background(), after, runtime.Filter{}) {
				if err != nil {
					return err
				}
				seen = append(seen, rec)
			}
		}
		return nil
	})
	same(t, "seen on the way", seen, everything(t, s))
}

func appendMany(s runtime.Store, name string, n int) error {
	stream := newStream()
	for v := range n {
		_, err := s.Append(context.Background(), stream, runtime.ExpectVersion(runtime.StreamVersion(v)), runtime.Root(), noted{fmt.Sprint(name, " ", v)})
		if err != nil {
			return err
		}
	}
	return nil
}

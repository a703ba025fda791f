package compat_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/evgen/evgen/schema/compat"
	"github.com/evgen/evgen/schema/model"
)

// manyEvents is a schema of n events with three versions of eight fields and types that they share.
func manyEvents(tb fataler, n int, last string) *model.Model {
	var b strings.Builder
	b.WriteString("package: shop\ntypes:\n  Money: {fields: {amount: int64, currency: string}}\n  Level: {enum: [low, high]}\nevents:\n")
	for i := range n {
		fields := "id: uuid, a: string, b: int32, c: Money, d: list<Money>, e: map<Level>, f: timestamp, g: Level?"
		fmt.Fprintf(&b, "  Placed%d:\n    versions:\n      1: {fields: {%s}}\n      2: {fields: {%s, h: string?}}\n      3: {fields: {%s, h: string?%s}}\n", i, fields, fields, fields, last)
	}
	return modelOf(tb, b.String())
}

// TestWorkGrowsWithTheModel counts allocations, which are the same on every machine.
func TestWorkGrowsWithTheModel(t *testing.T) {
	cost := func(n int) float64 {
		old, new := manyEvents(t, n, ""), manyEvents(t, n, ", i: {type: int64, default: 1}")
		return testing.AllocsPerRun(1, func() { compat.Compare(old, new, compat.Options{}) })
	}
	small, large := cost(100), cost(400)
	if ratio := large / small; ratio > 4.4 {
		t.Errorf("four times the events cost %.1f times the allocations", ratio)
	}
}

func BenchmarkCompareUnchanged(b *testing.B) { benchmark(b, "", compat.Options{}) }

func BenchmarkCompareEveryEventBroken(b *testing.B) {
	benchmark(b, ", i: {type: int64, default: 1}", compat.Options{})
}

func benchmark(b *testing.B, last string, opts compat.Options) {
	for _, n := range []int{300, 3000, 10000} {
		old, new := manyEvents(b, n, ""), manyEvents(b, n, last)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				compat.Compare(old, new, opts)
			}
		})
	}
}

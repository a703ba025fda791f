package lock_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/evgen/evgen/schema/lock"
)

// manyEvents is a schema of n events with three versions each.
func manyEvents(n int) string {
	var b strings.Builder
	b.WriteString("package: shop\ntypes:\n  Money: {fields: {amount: int64, currency: string}}\nevents:\n")
	for i := range n {
		fields := "id: uuid, a: string, b: int32, c: Money, d: list<Money>, e: map<int64>, f: timestamp"
		fmt.Fprintf(&b, "  Placed%d:\n    versions:\n      1: {fields: {%s}}\n      2: {fields: {%s, g: string?}}\n      3: {fields: {%s, g: string?, h: string?}}\n", i, fields, fields, fields)
	}
	return b.String()
}

func BenchmarkReadAndCheckUnchanged(b *testing.B) {
	for _, n := range []int{300, 3000} {
		m := modelOf(b, manyEvents(n))
		l, _ := lock.Release(nil, m)
		text := l.Bytes()
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				l, err := lock.Read(text)
				if err != nil {
					b.Fatal(err)
				}
				if found, err := lock.Check(l, m); err != nil || len(found) > 0 {
					b.Fatal(found, err)
				}
			}
		})
	}
}

func BenchmarkModel(b *testing.B) {
	for _, n := range []int{300, 3000} {
		l, _ := lock.Release(nil, modelOf(b, manyEvents(n)))
		l, err := lock.Read(l.Bytes())
		if err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				if _, err := l.Model(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

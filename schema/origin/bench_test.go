package origin_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/evgen/evgen/schema/origin"
	"github.com/evgen/evgen/schema/origin/gittest"
)

// BenchmarkRead reads 300 schema files of 1.5 kB.
func BenchmarkRead(b *testing.B) {
	r := gittest.New(b)
	for i := range 300 {
		r.Write(fmt.Sprintf("schema/p%d/e%d.yaml", i%20, i), fmt.Sprint(i, strings.Repeat("fields: {a: string}\n", 75)))
	}
	r.Git("add", ".")
	r.Git("commit", "--quiet", "-m", "all")
	for _, o := range []origin.Origin{origin.Index(gitIn(r.Dir)), origin.Commit(gitIn(r.Dir), "HEAD"), origin.MergeBase(gitIn(r.Dir), "")} {
		b.Run(strings.TrimPrefix(o.String(), "git:"), func(b *testing.B) {
			for b.Loop() {
				if _, err := o.Read(b.Context(), schemaDir); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("changed", func(b *testing.B) {
		for b.Loop() {
			if _, err := origin.Changed(b.Context(), gitIn(r.Dir)); err != nil {
				b.Fatal(err)
			}
		}
	})
}

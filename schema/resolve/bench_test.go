package resolve_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/load"
	"github.com/evgen/evgen/schema/resolve"
)

// manyEvents makes a tree of files with that many events of 8 fields in all.
func manyEvents(events, files int) fstest.MapFS {
	fsys := fstest.MapFS{}
	for f := range files {
		var b strings.Builder
		b.WriteString("package: shop\nevents:\n")
		for i := f; i < events; i += files {
			fmt.Fprintf(&b, `  OrderPlaced%d:
    doc: An order was placed.
    versions:
      1:
        fields:
          id: uuid
          customer: {type: string, max_length: 200, doc: Who ordered.}
          placed_at: timestamp
          amount: {type: decimal, min: 0}
          note: string?
          tags: list<string>
          lines: int64
          paid: bool
`, i)
		}
		fsys[fmt.Sprintf("schema/f%d.yaml", f)] = &fstest.MapFile{Data: []byte(b.String())}
	}
	return fsys
}

func BenchmarkLoadAndResolve(b *testing.B) {
	for _, c := range []struct{ events, files int }{{1000, 1}, {1000, 50}, {10000, 50}} {
		b.Run(fmt.Sprintf("events=%d/files=%d", c.events, c.files), func(b *testing.B) {
			fsys := manyEvents(c.events, c.files)
			b.ReportAllocs()
			for b.Loop() {
				rep := &diag.Report{}
				docs, err := load.Load(fsys, []string{"schema"}, rep)
				if err != nil {
					b.Fatal(err)
				}
				if resolve.Resolve(docs, rep) == nil {
					b.Fatal(rep.Sorted()[0])
				}
			}
		})
	}
}

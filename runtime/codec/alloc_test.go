//go:build !race

package codec_test

import (
	"testing"

	"github.com/evgen/evgen/runtime/codec/codectest"
	"github.com/evgen/evgen/runtime/codec/internal/sample"
)

// The race detector makes pools forget, so allocations are counted without it.

func TestEncodingIntoABufferAllocatesNothing(t *testing.T) {
	in := codectest.Sample(&sample.Codec, "Collections", 5, codectest.Most)
	var doc sample.Collections
	if err := doc.UnmarshalJSON(in); err != nil {
		t.Fatal(err)
	}
	doc.Decimals, doc.Money, doc.Moneys = nil, nil, nil // shopspring allocates for its text
	for i := range 20 {                                 // more keys than fit on the stack
		doc.Strs[string(rune('a'+i))] = "v"
	}
	buf := make([]byte, 0, 2*len(in))
	allocs := testing.AllocsPerRun(100, func() {
		if _, err := doc.AppendJSON(buf); err != nil {
			t.Fatal(err)
		}
	})
	if allocs >= 1 {
		t.Errorf("%v allocations", allocs)
	}
}

package codec_test

import (
	"bytes"
	"encoding/json"
	"math"
	"testing"

	"github.com/evgen/evgen/runtime/codec/codectest"
	"github.com/evgen/evgen/runtime/codec/internal/sample"
)

// FuzzDecode holds the decoder against encoding/json: what it accepts is JSON that the other
// accepts too, with equal values, and no prefix of it is accepted.
func FuzzDecode(f *testing.F) {
	for _, c := range codectest.Corners() {
		if len(c.In) < 2000 {
			f.Add([]byte(c.In))
		}
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		var p codectest.Probe
		if p.Decode(in) != nil {
			return
		}
		if !json.Valid(in) {
			t.Fatalf("accepts %q", in)
		}
		var std struct {
			S string             `json:"s"`
			I float64            `json:"i"`
			F float64            `json:"f"`
			B bool               `json:"b"`
			L []string           `json:"l"`
			M map[string]float64 `json:"m"`
			O *string            `json:"o"`
		}
		if err := json.Unmarshal(in, &std); err != nil {
			return // re-cased members of other types
		}
		if !bytes.ContainsAny(in, "SIFBLMOſK") && !bytes.Contains(in, []byte(`\u`)) {
			same := std.S == p.S && std.I == float64(p.I) && math.Float64bits(std.F) == math.Float64bits(p.F) && std.B == p.B && len(std.L) == len(p.L) && len(std.M) == len(p.M)
			if !same || (std.O == nil) != (p.O == nil) {
				t.Fatalf("%q: ours %+v, theirs %+v", in, p, std)
			}
		}
		for n := range bytes.TrimRight(in, " \t\r\n") {
			if new(codectest.Probe).Decode(in[:n]) == nil {
				t.Fatalf("accepts the first %d bytes of %q", n, in)
			}
		}
	})
}

// FuzzRoundTrip reads any bytes as every type: nothing panics, and what is read is written to
// something that is read and written again without a change.
func FuzzRoundTrip(f *testing.F) {
	for name := range documents {
		for seed := range int64(3) {
			f.Add(codectest.Sample(&sample.Codec, name, seed, codectest.Mode(seed)))
		}
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		for name, fresh := range documents {
			a, b := fresh(), fresh()
			if a.UnmarshalJSON(in) != nil {
				continue
			}
			_ = a.Validate() // any verdict, no panic
			once, err := a.AppendJSON(nil)
			if err != nil {
				t.Fatalf("%s: read %q, cannot write it: %v", name, in, err)
			}
			if err := b.UnmarshalJSON(once); err != nil {
				t.Fatalf("%s: wrote %q, cannot read it: %v", name, once, err)
			}
			if twice, err := b.AppendJSON(nil); err != nil || !bytes.Equal(once, twice) {
				t.Fatalf("%s: wrote %q, then %q, %v", name, once, twice, err)
			}
		}
	})
}

package codec_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/evgen/evgen/runtime/codec/internal/sample"
)

// The components of embeddings have ways of their own through the codec, so they are tried in
// numbers, and at the ends of the range that goes by them.

func TestEmbeddingsAreWrittenAsEncodingJSONWritesThem(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	list := []float32{1e-6, math.Nextafter32(1e-6, 0), math.Nextafter32(1, 0), 1, 0.5, 0.25, 0.1, 0.01, 0.001, 1.0 / 3, 0, 1e-7, 123.5, 1 << 24}
	for exp := -21; exp < 1; exp++ {
		power := float32(math.Ldexp(1, exp))
		list = append(list, math.Nextafter32(power, 2), math.Nextafter32(power, 0))
		if exp != -12 { // the one float32 just between two shortest decimals; some releases of strconv take the odd one
			list = append(list, power)
		}
	}
	for range 200_000 {
		list = append(list, math.Float32frombits(0x35000000+r.Uint32N(0x0B000000)))
	}
	for range 20_000 {
		list = append(list, float32(r.IntN(1e6))/float32(math.Pow10(r.IntN(10))))
	}
	for i := range list {
		if r.IntN(2) == 0 {
			list[i] = -list[i]
		}
	}
	got, err := sample.Collections{Floats: list}.AppendJSON(nil)
	if err != nil {
		t.Fatal(err)
	}
	rest, ok := strings.CutPrefix(string(got), `{"strings":[],"floats":[`)
	end := strings.IndexByte(rest, ']')
	if !ok || end < 0 {
		t.Fatalf("wrote %.80s", got)
	}
	texts := strings.Split(rest[:end], ",")
	if len(texts) != len(list) {
		t.Fatalf("%d elements, want %d", len(texts), len(list))
	}
	for i, text := range texts {
		if want, _ := json.Marshal(list[i]); text != string(want) {
			t.Fatalf("%x: wrote %s, want %s", math.Float32bits(list[i]), text, want)
		}
	}
}

func TestEmbeddingsAreReadToTheNearest(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	texts := []string{"0.00000000", "-0.00000000", "0.000000001", "0.12345678", "0.123456789012345", "0.1234567890123456", "0.99999999999999", "-0.5", "1", "17.25", "0.1234567 "}
	for range 100_000 {
		texts = append(texts, "0."+strconv.FormatUint(1e16+r.Uint64N(1e16), 10)[1:2+r.IntN(16)])
	}
	for range 100_000 { // near to halfway between two
		f := math.Float32frombits(0x3A000000 + r.Uint32N(0x05000000))
		half := (float64(f) + float64(math.Nextafter32(f, 1))) / 2
		texts = append(texts, strconv.FormatFloat(half, 'f', 8+r.IntN(10), 64))
	}
	for i, text := range texts {
		if r.IntN(2) == 0 && text[0] != '-' {
			texts[i] = "-" + text
		}
	}
	var c sample.Collections
	doc := `{"floats":[` + strings.Join(texts, ",") + `],"doubles":[]` + restOfCollections + `}`
	if err := c.UnmarshalJSON([]byte(doc)); err != nil {
		t.Fatal(err)
	}
	for i, text := range texts {
		want, err := strconv.ParseFloat(strings.TrimSpace(text), 32)
		if err != nil || math.Float32bits(c.Floats[i]) != math.Float32bits(float32(want)) {
			t.Fatalf("%s: read %v, want %v", text, c.Floats[i], want)
		}
	}
}

func TestFloatListsRefuseWhatIsNoNumber(t *testing.T) {
	for _, element := range []string{"0.12345678x", "0.1234567,", "00.12345678", "-.12345678", "0.", "--0.12345678", "0.12345678\xff", "0.123456789e", `"0.12345678"`, "+0.12345678"} {
		var c sample.Collections
		doc := `{"floats":[0.5,` + element + `,0.123456789012],"doubles":[]` + restOfCollections + `}`
		if c.UnmarshalJSON([]byte(doc)) == nil {
			t.Errorf("accepts %s", element)
		}
	}
}

func TestStringsOfEveryLengthAreWrittenWithTheirEscapes(t *testing.T) {
	for n := range 40 {
		for at := range n {
			for _, c := range []string{`"`, `\`, "\n", "\x01", "\x1f", "\x7f", "é", "京", "\U0001F375", " ", "!"} {
				for _, second := range []int{0, 1, 3, 8} {
					text := strings.Repeat("a", at) + c + strings.Repeat("b", n-at-1)
					if at+second < n {
						text += strings.Repeat("c", second) + c
					}
					wantEscaped(t, text)
				}
			}
		}
	}
}

// wantEscaped compares with encoding/json, which escapes three characters more that do not occur here.
func wantEscaped(t *testing.T, text string) {
	t.Helper()
	got, err := sample.Collections{Strings: []string{text}}.AppendJSON(nil)
	want, _ := json.Marshal(text)
	if prefix := `{"strings":[` + string(want) + `],`; err != nil || !strings.HasPrefix(string(got), prefix) {
		t.Fatalf("wrote %.80s, %v, want %s", got, err, prefix)
	}
}

func TestTextThatIsNotUTF8IsRefusedWhereverItStands(t *testing.T) {
	for _, bad := range []string{"\x80", "\xc1\xbf", "\xc3", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xe4\xba", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xc3\xa9\xa9"} {
		for n := range 20 {
			text := strings.Repeat("a", n) + bad + strings.Repeat("é", n%3) + strings.Repeat("b", 19-n)
			if _, err := (sample.Collections{Strings: []string{text}}).AppendJSON(nil); err == nil {
				t.Errorf("writes %q", text)
			}
			var c sample.Collections
			doc := `{"floats":[],"doubles":[]` + strings.Replace(restOfCollections, `"strings":[]`, `"strings":["`+text+`"]`, 1) + `}`
			if c.UnmarshalJSON([]byte(doc)) == nil {
				t.Errorf("reads %q", text)
			}
		}
	}
}

package codec_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"github.com/evgen/evgen/runtime/codec"
	"github.com/evgen/evgen/runtime/codec/codectest"
	"github.com/evgen/evgen/runtime/codec/internal/sample"
)

// document is what generated structs implement.
type document interface {
	json.Marshaler
	json.Unmarshaler
	AppendJSON(dst []byte) ([]byte, error)
	Validate() error
}

// documents makes one of each struct of package sample.
var documents = map[string]func() document{
	"Scalars":     func() document { return new(sample.Scalars) },
	"Optionals":   func() document { return new(sample.Optionals) },
	"Node":        func() document { return new(sample.Node) },
	"Collections": func() document { return new(sample.Collections) },
	"Card":        func() document { return new(sample.Card) },
	"Cash":        func() document { return new(sample.Cash) },
	"Empty":       func() document { return new(sample.Empty) },
	"Constrained": func() document { return new(sample.Constrained) },
}

func TestSampleTablesLink(t *testing.T) {
	if err := sample.Codec.Check(); err != nil {
		t.Fatal(err)
	}
}

func TestSamplesSurviveReadingAndWriting(t *testing.T) {
	for name, fresh := range documents {
		t.Run(name, rapid.MakeCheck(func(t *rapid.T) {
			seed := rapid.Int64().Draw(t, "seed")
			mode := rapid.SampledFrom([]codectest.Mode{codectest.Least, codectest.Most, codectest.Mixed}).Draw(t, "mode")
			in := codectest.Sample(&sample.Codec, name, seed, mode)
			doc := fresh()
			if err := doc.UnmarshalJSON(in); err != nil {
				t.Fatalf("%v\n%s", err, in)
			}
			out, err := doc.AppendJSON(nil)
			if err != nil {
				t.Fatalf("%v\n%s", err, in)
			}
			if !sameJSON(t, in, out) {
				t.Fatalf("read  %s\nwrote %s", in, out)
			}
		}))
	}
}

func TestIndentedDocumentsAreReadAlike(t *testing.T) {
	for name, fresh := range documents {
		in := codectest.Sample(&sample.Codec, name, 11, codectest.Most)
		var indented bytes.Buffer
		if err := json.Indent(&indented, in, " ", "\t"); err != nil {
			t.Fatal(err)
		}
		doc := fresh()
		if err := doc.UnmarshalJSON(indented.Bytes()); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if out, err := doc.AppendJSON(nil); err != nil || !sameJSON(t, in, out) {
			t.Errorf("%s: read %s\nwrote %s, %v", name, in, out, err)
		}
	}
}

func TestSamplesAreDeterministic(t *testing.T) {
	for name := range documents {
		a := codectest.Sample(&sample.Codec, name, 7, codectest.Most)
		if b := codectest.Sample(&sample.Codec, name, 7, codectest.Most); !bytes.Equal(a, b) {
			t.Errorf("%s: %s\nthen %s", name, a, b)
		}
	}
}

func TestDecodingReplacesWhatWasThere(t *testing.T) {
	for name, fresh := range documents {
		full := codectest.Sample(&sample.Codec, name, 1, codectest.Most)
		least := codectest.Sample(&sample.Codec, name, 1, codectest.Least)
		reused, once := fresh(), fresh()
		for _, in := range [][]byte{full, least} {
			if err := reused.UnmarshalJSON(in); err != nil {
				t.Fatal(err)
			}
		}
		if err := once.UnmarshalJSON(least); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(reused, once) {
			t.Errorf("%s: reused %+v\nfresh %+v", name, reused, once)
		}
	}
}

func TestStandardLibraryWritesTheSameBytes(t *testing.T) {
	for name, fresh := range documents {
		doc := fresh()
		if err := json.Unmarshal(codectest.Sample(&sample.Codec, name, 3, codectest.Most), doc); err != nil {
			t.Fatal(err)
		}
		ours, err := doc.AppendJSON(nil)
		if err != nil {
			t.Fatal(err)
		}
		theirs, err := json.Marshal(doc)
		if err != nil || !bytes.Equal(ours, theirs) {
			t.Errorf("%s: ours %s\ntheirs %s, %v", name, ours, theirs, err)
		}
	}
}

func TestStringsDoNotViewTheInput(t *testing.T) {
	in := []byte(`{"name":"ada","later":1}`)
	var n sample.Node
	if err := n.UnmarshalJSON(in); err != nil {
		t.Fatal(err)
	}
	for i := range in {
		in[i] = 'z'
	}
	want := sample.Node{Name: "ada", Unknown: codec.Unknown{{Name: "later", Value: codec.JSON("1")}}}
	if !reflect.DeepEqual(n, want) {
		t.Errorf("got %+v", n)
	}
}

// sameJSON compares as JSON values; numbers by value, as 1e30 is written 1e+30.
func sameJSON(t rapid.TB, a, b []byte) bool {
	t.Helper()
	var x, y any
	if err := json.Unmarshal(a, &x); err != nil {
		t.Fatalf("%v in %s", err, a)
	}
	if err := json.Unmarshal(b, &y); err != nil {
		t.Fatalf("%v in %s", err, b)
	}
	return reflect.DeepEqual(x, y)
}

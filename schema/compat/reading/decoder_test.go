package reading_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"maps"
	"math/rand"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/evgen/evgen/golden/language/events/everything"
	"github.com/evgen/evgen/golden/language/events/history"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/schema/compat/reading"
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/load"
	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/resolve"
)

const golden = "../../../golden/language"

type line struct {
	Type    string          `json:"type"`
	Version int             `json:"version"`
	Payload json.RawMessage `json:"payload"`
}

// TestDecoderAgreesWithGeneratedCode: whatever is done to a sample, the decoder made of the model and the code that
// was generated from it take it or refuse it alike.
func TestDecoderAgreesWithGeneratedCode(t *testing.T) {
	structs := versions(t)
	random := rand.New(rand.NewSource(1))
	tried, refused := 0, 0
	for pkg, schema := range map[string]*runtime.Schema{"everything": everything.Schema(), "history": history.Schema()} {
		for _, l := range samples(t, pkg) {
			d := reading.NewDecoder(structs[key{l.Type, l.Version}])
			decode := generated(schema, l)
			for range 300 {
				payload := damaged(random, l.Payload)
				_, want := decode(payload)
				_, got := d.Decode(payload)
				tried++
				if want != nil {
					refused++
				}
				if (want == nil) != (got == nil) {
					t.Fatalf("%s v%d: generated code says %v, the decoder %v\n%s", l.Type, l.Version, want, got, payload)
				}
			}
		}
	}
	if tried < 3000 || refused < tried/10 || refused > tried*95/100 {
		t.Errorf("%d of %d refused: the test shows too little", refused, tried)
	}
}

type key struct {
	wire    string
	version int
}

func versions(t *testing.T) map[key]*model.Struct {
	t.Helper()
	rep := &diag.Report{}
	docs, err := load.Load(os.DirFS(filepath.Join(golden, "schema")), []string{"."}, rep)
	if err != nil {
		t.Fatal(err)
	}
	m := resolve.Resolve(docs, rep)
	if m == nil {
		t.Fatal(rep.Sorted())
	}
	out := map[key]*model.Struct{}
	for _, p := range m.Packages {
		for _, e := range p.Events {
			for _, v := range e.Versions {
				out[key{e.Wire, v.Number}] = v.Struct
			}
		}
	}
	return out
}

func samples(t *testing.T, pkg string) []line {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(golden, "events", pkg, "testdata", "samples.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	var out []line
	for scan := bufio.NewScanner(bytes.NewReader(b)); scan.Scan(); {
		var l line
		if err := json.Unmarshal(scan.Bytes(), &l); err != nil {
			t.Fatal(err)
		}
		out = append(out, l)
	}
	return out
}

func generated(s *runtime.Schema, l line) func([]byte) (runtime.Event, error) {
	for _, e := range s.Events {
		for _, v := range e.Versions {
			if e.Type == l.Type && v.Number == l.Version {
				return v.Decode
			}
		}
	}
	return nil
}

// others are values that stand in for others.
var others = []string{`null`, `1`, `-1`, `1.5`, `1e300`, `4294967296`, `"text"`, `""`, `true`, `[]`, `{}`, `[null]`, `["a"]`, `{"a":1}`, `"2024-02-29T12:00:00Z"`, `{"kind":"none"}`}

// damaged changes a payload in one or two places: a member is dropped, added, or has another value.
func damaged(r *rand.Rand, payload []byte) []byte {
	var v any
	if json.Unmarshal(payload, &v) != nil {
		return payload
	}
	for range 1 + r.Intn(2) {
		v = damage(r, v)
	}
	b, err := json.Marshal(v)
	if err != nil {
		return payload
	}
	return b
}

func damage(r *rand.Rand, v any) any {
	switch v := v.(type) {
	case map[string]any:
		return damageObject(r, v)
	case []any:
		if len(v) > 0 && r.Intn(4) > 0 {
			i := r.Intn(len(v))
			v[i] = damage(r, v[i])
			return v
		}
	}
	return json.RawMessage(others[r.Intn(len(others))])
}

func damageObject(r *rand.Rand, m map[string]any) any {
	names := slices.Sorted(maps.Keys(m))
	switch {
	case len(names) == 0 || r.Intn(8) == 0:
		m["not_in_the_schema"] = true
	case r.Intn(4) == 0:
		delete(m, names[r.Intn(len(names))])
	default:
		name := names[r.Intn(len(names))]
		m[name] = damage(r, m[name])
	}
	return m
}

package language

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/uuid"

	"github.com/evgen/evgen/golden/language/events/everything"
	"github.com/evgen/evgen/golden/language/events/history"
	"github.com/evgen/evgen/runtime"
)

// FuzzUpcast: whatever was stored, decoding does not panic; what it yields encodes, and is read back as the same bytes.
func FuzzUpcast(f *testing.F) {
	for _, pkg := range []string{"history", "everything"} {
		addSamples(f, filepath.Join("events", pkg, "testdata", "samples.jsonl"))
	}
	registry, err := runtime.NewRegistry(history.Schema(), everything.Schema())
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, wire string, version int, data []byte) {
		meta := runtime.Meta{Type: wire, Version: version, Stream: runtime.StreamOfUUID("Thing", uuid.Nil)}
		for _, e := range decode(t, registry, meta, data) {
			first := encode(t, e)
			if first == nil {
				continue
			}
			again := decode(t, registry, runtime.Meta{Type: e.EventType(), Version: e.EventVersion(), Stream: meta.Stream}, first)
			if len(again) != 1 {
				t.Fatalf("what was written is not read back as one event: %s", first)
			}
			if second := encode(t, again[0]); string(first) != string(second) {
				t.Fatalf("written twice it differs\n%s\n%s", first, second)
			}
		}
	})
}

func decode(t *testing.T, d runtime.Decoder, meta runtime.Meta, data []byte) []runtime.Event {
	events, err := d.AppendEvents(nil, &runtime.Record{Meta: meta, Data: data})
	if err != nil && len(events) > 0 {
		t.Fatalf("an error came with events: %v", err)
	}
	return events
}

// encode returns nil for what the codec refuses to write: an upcast may carry a value that today's type cannot hold.
func encode(t *testing.T, e runtime.Event) []byte {
	b, err := e.AppendJSON(nil)
	if err != nil {
		return nil
	}
	if !json.Valid(b) {
		t.Fatalf("not JSON: %s", b)
	}
	return b
}

func addSamples(f *testing.F, name string) {
	file, err := os.Open(name)
	if err != nil {
		f.Fatal(err)
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var s struct {
			Type    string
			Version int
			Payload json.RawMessage
		}
		if err := json.Unmarshal(lines.Bytes(), &s); err != nil {
			f.Fatal(err)
		}
		f.Add(s.Type, s.Version, []byte(s.Payload))
	}
}

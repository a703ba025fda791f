package testimony

import (
	"encoding/json"
	"fmt"
	"iter"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
)

// TypeMark is the wire type of [Mark].
const TypeMark = "testimony.Mark"

// Mark is an event that tells which of all it is: no writer gives a number twice, so
// that what is stored twice shows, whatever its id.
type Mark struct {
	Writer int `json:"writer"`
	Number int `json:"number"`
}

// EventType implements [runtime.Event].
func (Mark) EventType() string { return TypeMark }

// EventVersion implements [runtime.Event].
func (Mark) EventVersion() int { return 1 }

// Validate implements [runtime.Event].
func (Mark) Validate() error { return nil }

// AppendJSON implements [runtime.Event].
func (m Mark) AppendJSON(dst []byte) ([]byte, error) {
	return fmt.Appendf(dst, `{"writer":%d,"number":%d}`, m.Writer, m.Number), nil
}

// Registry returns what reads marks.
func Registry() (*runtime.Registry, error) {
	return runtime.NewRegistry(&runtime.Schema{
		Package: "testimony",
		Events: []runtime.EventSchema{{
			Type:     TypeMark,
			Versions: []runtime.VersionSchema{{Number: 1, Digest: "sha256:mark", Decode: decodeMark}},
		}},
	})
}

func decodeMark(data []byte) (runtime.Event, error) { return ParseMark(data) }

// ParseMark reads the payload of a mark.
func ParseMark(data []byte) (m Mark, err error) {
	err = json.Unmarshal(data, &m)
	return m, err
}

// Records are events as an import takes them, the same each time they are iterated.
func Records(stream runtime.StreamID, events []runtime.Event) iter.Seq2[runtime.Record, error] {
	ids := make([]uuid.UUID, len(events))
	for i := range ids {
		ids[i] = uuid.New()
	}
	return func(yield func(runtime.Record, error) bool) {
		for i, e := range events {
			data, err := e.AppendJSON(nil)
			rec := runtime.Record{Data: data}
			rec.ID, rec.Correlation, rec.Causation = ids[i], ids[i], ids[i]
			rec.Type, rec.Version, rec.Stream = e.EventType(), e.EventVersion(), stream
			if !yield(rec, err) {
				return
			}
		}
	}
}

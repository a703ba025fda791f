package journey

import (
	"encoding/json"
	"fmt"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/saga"
)

// The wire types of what happens.
const (
	Noted   = "journey.Noted"   // in the stream Note-x, by a writer
	Echoed  = "journey.Echoed"  // in Echo-x, by the reaction to Noted in Note-x
	Booked  = "journey.Booked"  // in Trip-x, by a writer; it begins a saga
	Stepped = "journey.Stepped" // in Log-x, by a step of the saga of Trip-x
)

// types lists all of them.
func types() []string { return []string{Noted, Echoed, Booked, Stepped} }

// Happening is an event of any of the types.
type Happening struct {
	Type string `json:"-"`
	// Number is given once, by the writer; an answer has that of what it answers.
	Number int `json:"number"`
	// Poison makes whoever handles it fail.
	Poison bool `json:"poison,omitempty"`
	// Step and Kind say what a saga has done.
	Step string    `json:"step,omitempty"`
	Kind saga.Kind `json:"kind,omitempty"`
}

// EventType implements [runtime.Event].
func (h Happening) EventType() string { return h.Type }

// EventVersion implements [runtime.Event].
func (Happening) EventVersion() int { return 1 }

// Validate implements [runtime.Event].
func (Happening) Validate() error { return nil }

// AppendJSON implements [runtime.Event].
func (h Happening) AppendJSON(dst []byte) ([]byte, error) {
	data, err := json.Marshal(h)
	return append(dst, data...), err
}

// registry returns what reads happenings.
func registry() (*runtime.Registry, error) {
	schema := &runtime.Schema{Package: "journey"}
	for _, wireType := range types() {
		schema.Events = append(schema.Events, runtime.EventSchema{
			Type:     wireType,
			Versions: []runtime.VersionSchema{{Number: 1, Digest: "sha256:" + wireType, Decode: decoderOf(wireType)}},
		})
	}
	return runtime.NewRegistry(schema)
}

func decoderOf(wireType string) runtime.DecodeFunc {
	return func(data []byte) (runtime.Event, error) { return parse(wireType, data) }
}

func parse(wireType string, data []byte) (Happening, error) {
	h := Happening{Type: wireType}
	if err := json.Unmarshal(data, &h); err != nil {
		return h, fmt.Errorf("read %s: %w", wireType, err)
	}
	return h, nil
}

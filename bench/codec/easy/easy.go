// Package easy holds the events of the codec benchmark for github.com/mailru/easyjson.
package easy

import (
	"time"

	"github.com/google/uuid"
)

//go:generate go tool easyjson -all easy.go

// Captured is laid out as the event of the same name of package codec.
type Captured struct {
	ID          uuid.UUID         `json:"id"`
	Correlation uuid.UUID         `json:"correlation"`
	Type        string            `json:"type"`
	OccurredAt  time.Time         `json:"occurred_at"`
	RecordedAt  time.Time         `json:"recorded_at"`
	Text        string            `json:"text"`
	Summary     *string           `json:"summary,omitempty"`
	Scores      []float64         `json:"scores"`
	Tags        []string          `json:"tags"`
	Labels      map[string]string `json:"labels"`
	Source      Source            `json:"source"`
	Accesses    int64             `json:"accesses"`
	Size        int64             `json:"size"`
	Rank        int32             `json:"rank"`
	Pinned      bool              `json:"pinned"`
}

// Source is nested in Captured.
type Source struct {
	Origin string  `json:"origin"`
	URI    *string `json:"uri,omitempty"`
	Line   int64   `json:"line"`
	Agent  string  `json:"agent"`
}

// Embedded is laid out as the event of the same name of package codec.
type Embedded struct {
	ID        uuid.UUID `json:"id"`
	Model     string    `json:"model"`
	Embedding []float32 `json:"embedding"`
}

// Probe is laid out as codectest.Probe.
type Probe struct {
	S   string           `json:"s"`
	I   int64            `json:"i"`
	I32 int32            `json:"i32"`
	U   uint64           `json:"u"`
	F   float64          `json:"f"`
	F32 float32          `json:"f32"`
	B   bool             `json:"b"`
	T   time.Time        `json:"t"`
	L   []string         `json:"l"`
	M   map[string]int64 `json:"m"`
	N   Inner            `json:"n"`
	O   *string          `json:"o,omitempty"`
}

// Inner is nested in Probe.
type Inner struct {
	X    int64  `json:"x"`
	Next *Inner `json:"next,omitempty"`
}

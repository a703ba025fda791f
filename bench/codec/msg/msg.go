// Package msg holds the events of the codec benchmark for github.com/tinylib/msgp.
package msg

import "time"

//go:generate go tool msgp -file msg.go -tests=false -io=false

// Captured is laid out as the event of the same name of package codec.
type Captured struct {
	ID          [16]byte          `msg:"id"`
	Correlation [16]byte          `msg:"correlation"`
	Type        string            `msg:"type"`
	OccurredAt  time.Time         `msg:"occurred_at"`
	RecordedAt  time.Time         `msg:"recorded_at"`
	Text        string            `msg:"text"`
	Summary     *string           `msg:"summary"`
	Scores      []float64         `msg:"scores"`
	Tags        []string          `msg:"tags"`
	Labels      map[string]string `msg:"labels"`
	Source      Source            `msg:"source"`
	Accesses    int64             `msg:"accesses"`
	Size        int64             `msg:"size"`
	Rank        int32             `msg:"rank"`
	Pinned      bool              `msg:"pinned"`
}

// Source is nested in Captured.
type Source struct {
	Origin string  `msg:"origin"`
	URI    *string `msg:"uri"`
	Line   int64   `msg:"line"`
	Agent  string  `msg:"agent"`
}

// Embedded is laid out as the event of the same name of package codec.
type Embedded struct {
	ID        [16]byte  `msg:"id"`
	Model     string    `msg:"model"`
	Embedding []float32 `msg:"embedding"`
}

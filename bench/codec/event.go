// Package codec measures the codec of this project beside its peers, on the same events.
//
// In go two events, a small one of about 1.1 kB and one with an embedding of 768 floats; out come
// benchmarks, and a table of what each peer makes of the corners of JSON. Binary formats stand
// beside for context. Nothing of it is used by evgen itself.
package codec

import (
	"math/rand/v2"
	"time"

	"github.com/google/uuid"
)

// Captured is the small event. Peers that read struct tags get it as it is.
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

// Embedded is the event with an embedding.
type Embedded struct {
	ID        uuid.UUID `json:"id"`
	Model     string    `json:"model"`
	Embedding []float32 `json:"embedding"`
}

// NewCaptured returns the small event.
func NewCaptured() Captured {
	summary := "Ada mag Tee \u2013 am liebsten \u201eEarl Grey\u201c, nachmittags um 4."
	uri := "https://example.com/conversations/2024/11/ada?turn=17&lang=de#tea"
	return Captured{
		ID:          uuid.MustParse("018f3c6e-7b1a-7c3d-9e2f-0123456789ab"),
		Correlation: uuid.MustParse("018f3c6e-7b1a-7c3d-9e2f-ba9876543210"),
		Type:        "memory.MemoryCaptured",
		OccurredAt:  time.Date(2024, 11, 3, 16, 4, 59, 123456000, time.UTC),
		RecordedAt:  time.Date(2024, 11, 3, 16, 5, 0, 7000000, time.UTC),
		Text: "Ada said: \"I like tea, with a little milk.\"\nShe drinks it at 4 o'clock, na\u00efvet\u00e9 aside,\tand prefers " +
			"caf\u00e9 cups from \u4eac\u90fd. Path: C:\\tea\\earl. It came up twice in the last week, once while she planned the trip " +
			"and once when the kettle broke; both times she mentioned the blue pot.",
		Summary:  &summary,
		Scores:   []float64{0.91, 0.125, 0.0078125, 3.14159265, 12.5, 0.3333333333333333, 1e-7, 42},
		Tags:     []string{"tea", "preference", "ada", "household"},
		Labels:   map[string]string{"lang": "en", "channel": "voice", "room": "k\u00fcche"},
		Source:   Source{Origin: "conversation", URI: &uri, Line: 1287, Agent: "assistant/4.2"},
		Accesses: 17, Size: 183_442, Rank: -3, Pinned: true,
	}
}

// NewEmbedded returns the event with 768 floats.
func NewEmbedded() Embedded {
	r := rand.New(rand.NewPCG(7, 7))
	e := Embedded{ID: uuid.MustParse("018f3c6e-7b1a-7c3d-9e2f-0123456789ab"), Model: "text-embedding-3-small", Embedding: make([]float32, 768)}
	for i := range e.Embedding {
		e.Embedding[i] = float32(r.NormFloat64() * 0.05)
	}
	return e
}

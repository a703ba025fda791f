package codec

import "time"

// avroCaptured is laid out as Captured.
type avroCaptured struct {
	ID          [16]byte          `avro:"id"`
	Correlation [16]byte          `avro:"correlation"`
	Type        string            `avro:"type"`
	OccurredAt  time.Time         `avro:"occurred_at"`
	RecordedAt  time.Time         `avro:"recorded_at"`
	Text        string            `avro:"text"`
	Summary     *string           `avro:"summary"`
	Scores      []float64         `avro:"scores"`
	Tags        []string          `avro:"tags"`
	Labels      map[string]string `avro:"labels"`
	Source      avroSource        `avro:"source"`
	Accesses    int64             `avro:"accesses"`
	Size        int64             `avro:"size"`
	Rank        int32             `avro:"rank"`
	Pinned      bool              `avro:"pinned"`
}

type avroSource struct {
	Origin string  `avro:"origin"`
	URI    *string `avro:"uri"`
	Line   int64   `avro:"line"`
	Agent  string  `avro:"agent"`
}

type avroEmbedded struct {
	ID        [16]byte  `avro:"id"`
	Model     string    `avro:"model"`
	Embedding []float32 `avro:"embedding"`
}

const capturedSchema = `{"type":"record","name":"Captured","fields":[
	{"name":"id","type":{"type":"fixed","name":"Id","size":16}}, {"name":"correlation","type":"Id"}, {"name":"type","type":"string"},
	{"name":"occurred_at","type":{"type":"long","logicalType":"timestamp-micros"}}, {"name":"recorded_at","type":{"type":"long","logicalType":"timestamp-micros"}},
	{"name":"text","type":"string"}, {"name":"summary","type":["null","string"]},
	{"name":"scores","type":{"type":"array","items":"double"}}, {"name":"tags","type":{"type":"array","items":"string"}},
	{"name":"labels","type":{"type":"map","values":"string"}},
	{"name":"source","type":{"type":"record","name":"Source","fields":[{"name":"origin","type":"string"}, {"name":"uri","type":["null","string"]},
		{"name":"line","type":"long"}, {"name":"agent","type":"string"}]}},
	{"name":"accesses","type":"long"}, {"name":"size","type":"long"}, {"name":"rank","type":"int"}, {"name":"pinned","type":"boolean"}]}`

const embeddedSchema = `{"type":"record","name":"Embedded","fields":[
	{"name":"id","type":{"type":"fixed","name":"Id","size":16}}, {"name":"model","type":"string"},
	{"name":"embedding","type":{"type":"array","items":"float"}}]}`

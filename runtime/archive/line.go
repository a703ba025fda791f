package archive

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
)

// line is the form of a record. The payload stands in one of the last two: in
// data as it is, or in data_base64 where JSON lines could not keep its bytes.
type line struct {
	Position      runtime.Position      `json:"position,omitempty"`
	ID            uuid.UUID             `json:"id"`
	Type          string                `json:"type"`
	Version       int                   `json:"version"`
	Stream        string                `json:"stream"`
	StreamVersion runtime.StreamVersion `json:"stream_version,omitempty"`
	Tenant        runtime.Tenant        `json:"tenant,omitempty"`
	Correlation   uuid.UUID             `json:"correlation"`
	Causation     uuid.UUID             `json:"causation"`
	Actor         string                `json:"actor,omitempty"`
	OccurredAt    time.Time             `json:"occurred_at"`
	RecordedAt    time.Time             `json:"recorded_at"`
	Headers       map[string]string     `json:"headers,omitempty"`
	Data          json.RawMessage       `json:"data,omitempty"`
	DataBase64    []byte                `json:"data_base64,omitempty"`
}

// Append appends the line of rec, with its end, to out.
func Append(out []byte, rec *runtime.Record) ([]byte, error) {
	text, err := envelope(rec)
	if err != nil {
		return out, err
	}
	out = append(out, text[:len(text)-1]...)
	if staysAsItIs(rec.Data) {
		out = append(out, `,"data":`...)
		out = append(out, rec.Data...)
	} else {
		encoded, _ := json.Marshal(rec.Data) // bytes always marshal
		out = append(out, `,"data_base64":`...)
		out = append(out, encoded...)
	}
	return append(out, '}', '\n'), nil
}

// AppendEnvelope is Append without the payload.
func AppendEnvelope(out []byte, rec *runtime.Record) ([]byte, error) {
	text, err := envelope(rec)
	return append(append(out, text...), '\n'), err
}

// envelope is the line of rec but for the payload.
func envelope(rec *runtime.Record) ([]byte, error) {
	if !utf8.ValidString(rec.Actor) || !utf8.ValidString(string(rec.Tenant)) {
		return nil, fmt.Errorf("event %s: its actor or tenant is not UTF-8, so JSON cannot hold it", rec.ID)
	}
	text, err := marshal(&line{
		Position: rec.Position, ID: rec.ID, Type: rec.Type, Version: rec.Version,
		Stream: rec.Stream.String(), StreamVersion: rec.StreamVersion, Tenant: rec.Tenant,
		Correlation: rec.Correlation, Causation: rec.Causation, Actor: rec.Actor,
		OccurredAt: rec.OccurredAt, RecordedAt: rec.RecordedAt, Headers: rec.Headers,
	})
	if err != nil {
		return nil, fmt.Errorf("event %s: %w", rec.ID, err)
	}
	return text, nil
}

// marshal leaves <, > and & as they are.
func marshal(l *line) ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	err := enc.Encode(l)
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), err
}

// staysAsItIs reports whether data can stand in a line and be read back as the same bytes.
func staysAsItIs(data []byte) bool {
	return json.Valid(data) && utf8.Valid(data) && !bytes.ContainsAny(data, "\r\n") && len(bytes.TrimSpace(data)) == len(data)
}

// parse reads a line back. now is what missing times are set to.
func parse(text []byte, now time.Time) (runtime.Record, error) {
	var l line
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&l); err != nil {
		return runtime.Record{}, described(err)
	}
	if dec.InputOffset() != int64(len(text)) {
		return runtime.Record{}, errors.New("there is more than one object")
	}
	rec, err := l.record()
	if err != nil {
		return rec, err
	}
	return runtime.ForImport(rec, now)
}

// described leaves out of an error of encoding/json what speaks of Go.
func described(err error) error {
	var typed *json.UnmarshalTypeError
	if errors.As(err, &typed) {
		return fmt.Errorf("member %q cannot be a %s", typed.Field, typed.Value)
	}
	if errors.Is(err, errCut) || err.Error() == "unexpected EOF" {
		return errCut
	}
	return err
}

var errCut = errors.New("the line is cut off")

func (l *line) record() (runtime.Record, error) {
	data := []byte(l.Data)
	switch {
	case data != nil && l.DataBase64 != nil:
		return runtime.Record{}, errors.New("it has both data and data_base64")
	case data == nil && l.DataBase64 == nil:
		return runtime.Record{}, errors.New("it has no data")
	case data == nil:
		data = l.DataBase64
	}
	stream, err := runtime.ParseStreamID(l.Stream)
	return runtime.Record{
		Meta: runtime.Meta{
			ID: l.ID, Type: l.Type, Version: l.Version, Stream: stream, StreamVersion: l.StreamVersion, Position: l.Position,
			Tenant: l.Tenant, Correlation: l.Correlation, Causation: l.Causation, Actor: l.Actor,
			OccurredAt: l.OccurredAt, RecordedAt: l.RecordedAt, Headers: l.Headers,
		},
		Data: data,
	}, err
}

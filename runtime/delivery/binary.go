package delivery

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
)

// Binary is CloudEvents 1.0 in binary mode: the body is the payload as it is
// stored, everything else is an attribute.
type Binary struct {
	// Source names the store, as a URI reference that consumers tell stores apart
	// by: "/memory". It is the attribute of that name.
	Source string
}

var _ Format = Binary{}

// The attributes of a message. The first are those of CloudEvents and of its
// extension for traces, the others are extensions of ours.
const (
	AttrSpecVersion = "specversion"
	AttrID          = "id"
	AttrSource      = "source"
	AttrType        = "type"
	AttrSubject     = "subject" // the stream
	AttrTime        = "time"    // when it occurred
	AttrTraceParent = "traceparent"
	AttrTraceState  = "tracestate"

	AttrTypeVersion   = "typeversion"
	AttrStreamVersion = "streamversion"
	AttrPosition      = "position"
	AttrTenant        = "tenant"
	AttrCorrelation   = "correlationid"
	AttrCausation     = "causationid"
	AttrActor         = "actor"
	AttrRecordedAt    = "recordedat"
	AttrHeaders       = "headers" // those that have no attribute of their own, as JSON
)

// SpecVersion is the version of CloudEvents that is written and read.
const SpecVersion = "1.0"

// JSONType is the content type of payloads.
const JSONType = "application/json"

// traced are the headers that CloudEvents has attributes for.
func traced() []string { return []string{AttrTraceParent, AttrTraceState} }

// Encode implements [Format].
func (b Binary) Encode(rec *runtime.Record) (Message, error) {
	attributes, err := b.attributes(rec)
	if err != nil {
		return Message{}, err
	}
	return Message{
		Key: rec.Stream.String(), ID: attributes[AttrID], Type: rec.Type,
		Attributes: attributes, ContentType: JSONType, Data: rec.Data,
	}, nil
}

func (b Binary) attributes(rec *runtime.Record) (map[string]string, error) {
	a := map[string]string{
		AttrSpecVersion:   SpecVersion,
		AttrID:            rec.ID.String(),
		AttrSource:        b.Source,
		AttrType:          rec.Type,
		AttrSubject:       rec.Stream.String(),
		AttrTime:          instant(rec.OccurredAt),
		AttrTypeVersion:   strconv.Itoa(rec.Version),
		AttrStreamVersion: strconv.FormatInt(int64(rec.StreamVersion), 10),
		AttrPosition:      strconv.FormatInt(int64(rec.Position), 10),
		AttrCorrelation:   rec.Correlation.String(),
		AttrCausation:     rec.Causation.String(),
		AttrRecordedAt:    instant(rec.RecordedAt),
	}
	if rec.Tenant != "" {
		a[AttrTenant] = string(rec.Tenant)
	}
	if rec.Actor != "" {
		a[AttrActor] = rec.Actor
	}
	if b.Source == "" {
		return nil, &MessageError{AttrSource, errMissing}
	}
	return a, addHeaders(a, rec.Headers)
}

func addHeaders(a map[string]string, headers map[string]string) error {
	if len(headers) == 0 {
		return nil
	}
	rest := maps.Clone(headers)
	for _, name := range traced() {
		if value := headers[name]; value != "" {
			a[name] = value
			delete(rest, name)
		}
	}
	if len(rest) == 0 {
		return nil
	}
	text, err := json.Marshal(rest)
	if err != nil {
		return fmt.Errorf("headers: %w", err)
	}
	a[AttrHeaders] = string(text)
	return nil
}

func instant(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

var errMissing = errors.New("is missing")

// Decode implements [Format].
func (b Binary) Decode(m *Message) (runtime.Record, error) {
	if got := m.Attributes[AttrSpecVersion]; got != SpecVersion {
		return runtime.Record{}, &MessageError{AttrSpecVersion, fmt.Errorf("is %q, expected %q", got, SpecVersion)}
	}
	r := attributeReader{attributes: m.Attributes}
	rec := runtime.Record{Data: m.Data}
	rec.ID = r.uuid(AttrID)
	rec.Type = r.text(AttrType)
	rec.Version = int(r.number(AttrTypeVersion))
	rec.Stream = r.stream(AttrSubject)
	rec.StreamVersion = runtime.StreamVersion(r.number(AttrStreamVersion))
	rec.Position = runtime.Position(r.number(AttrPosition))
	rec.Tenant = runtime.Tenant(m.Attributes[AttrTenant])
	rec.Correlation = r.uuid(AttrCorrelation)
	rec.Causation = r.uuid(AttrCausation)
	rec.Actor = m.Attributes[AttrActor]
	rec.OccurredAt = r.time(AttrTime)
	rec.RecordedAt = r.time(AttrRecordedAt)
	rec.Headers = r.headers()
	if r.err != nil {
		return runtime.Record{}, r.err
	}
	return rec, nil
}

// attributeReader reads attributes and keeps the first error.
type attributeReader struct {
	attributes map[string]string
	err        error
}

func (r *attributeReader) fail(name string, err error) {
	if r.err == nil && err != nil {
		r.err = &MessageError{name, err}
	}
}

func (r *attributeReader) text(name string) string {
	text := r.attributes[name]
	if text == "" {
		r.fail(name, errMissing)
	}
	return text
}

func (r *attributeReader) uuid(name string) uuid.UUID {
	id, err := uuid.Parse(r.text(name))
	r.fail(name, err)
	return id
}

func (r *attributeReader) number(name string) int64 {
	n, err := strconv.ParseInt(r.text(name), 10, 64)
	r.fail(name, err)
	return n
}

func (r *attributeReader) stream(name string) runtime.StreamID {
	stream, err := runtime.ParseStreamID(r.text(name))
	r.fail(name, err)
	return stream
}

func (r *attributeReader) time(name string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, r.text(name))
	r.fail(name, err)
	return t.UTC()
}

func (r *attributeReader) headers() map[string]string {
	var headers map[string]string
	if text := r.attributes[AttrHeaders]; text != "" {
		r.fail(AttrHeaders, json.Unmarshal([]byte(text), &headers))
	}
	for _, name := range traced() {
		if value := r.attributes[name]; value != "" {
			if headers == nil {
				headers = map[string]string{}
			}
			headers[name] = value
		}
	}
	return headers
}

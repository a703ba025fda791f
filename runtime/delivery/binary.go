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
	if b.Source == "" {
		return Message{}, &MessageError{AttrSource, errMissing}
	}
	attributes, err := b.attributes(rec)
	if err != nil {
		return Message{}, err
	}
	return Message{
		Key: rec.Stream.String(), ID: attributes.Get(AttrID), Type: rec.Type,
		Attributes: attributes, ContentType: JSONType, Data: rec.Data,
	}, nil
}

func (b Binary) attributes(rec *runtime.Record) (Attributes, error) {
	a := append(make(Attributes, 0, 16), // room for those that not every record has
		Attribute{AttrID, rec.ID.String()},
		Attribute{AttrSpecVersion, SpecVersion},
		Attribute{AttrSource, b.Source},
		Attribute{AttrType, rec.Type},
		Attribute{AttrSubject, rec.Stream.String()},
		Attribute{AttrTime, instant(rec.OccurredAt)},
		Attribute{AttrTypeVersion, strconv.Itoa(rec.Version)},
		Attribute{AttrStreamVersion, strconv.FormatInt(int64(rec.StreamVersion), 10)},
		Attribute{AttrPosition, strconv.FormatInt(int64(rec.Position), 10)},
		Attribute{AttrCorrelation, rec.Correlation.String()},
		Attribute{AttrCausation, rec.Causation.String()},
		Attribute{AttrRecordedAt, instant(rec.RecordedAt)},
	)
	if rec.Tenant != "" {
		a = append(a, Attribute{AttrTenant, string(rec.Tenant)})
	}
	if rec.Actor != "" {
		a = append(a, Attribute{AttrActor, rec.Actor})
	}
	return withHeaders(a, rec.Headers)
}

func withHeaders(a Attributes, headers map[string]string) (Attributes, error) {
	if len(headers) == 0 {
		return a, nil
	}
	rest := maps.Clone(headers)
	for _, name := range traced() {
		if value := headers[name]; value != "" {
			a = append(a, Attribute{name, value})
			delete(rest, name)
		}
	}
	if len(rest) == 0 {
		return a, nil
	}
	text, err := json.Marshal(rest)
	if err != nil {
		return nil, fmt.Errorf("headers: %w", err)
	}
	return append(a, Attribute{AttrHeaders, string(text)}), nil
}

func instant(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

var errMissing = errors.New("is missing")

// Decode implements [Format].
func (b Binary) Decode(m *Message) (runtime.Record, error) {
	t := textsOf(m.Attributes)
	if t.specVersion != SpecVersion {
		return runtime.Record{}, &MessageError{AttrSpecVersion, fmt.Errorf("is %q, expected %q", t.specVersion, SpecVersion)}
	}
	var r attributeReader
	rec := runtime.Record{Data: m.Data}
	rec.ID = r.uuid(AttrID, t.id)
	rec.Type = r.text(AttrType, t.eventType)
	rec.Version = int(r.number(AttrTypeVersion, t.typeVersion))
	rec.Stream = r.stream(AttrSubject, t.subject)
	rec.StreamVersion = runtime.StreamVersion(r.number(AttrStreamVersion, t.streamVersion))
	rec.Position = runtime.Position(r.number(AttrPosition, t.position))
	rec.Tenant = runtime.Tenant(t.tenant)
	rec.Correlation = r.uuid(AttrCorrelation, t.correlation)
	rec.Causation = r.uuid(AttrCausation, t.causation)
	rec.Actor = t.actor
	rec.OccurredAt = r.time(AttrTime, t.time)
	rec.RecordedAt = r.time(AttrRecordedAt, t.recordedAt)
	rec.Headers = r.headers(&t)
	if r.err != nil {
		return runtime.Record{}, r.err
	}
	return rec, nil
}

// texts are the attributes that are read, each at its place: found in one go.
type texts struct {
	specVersion, id, eventType, subject, time, traceParent, traceState string
	typeVersion, streamVersion, position, tenant                       string
	correlation, causation, actor, recordedAt, headers                 string
}

func textsOf(attributes Attributes) (t texts) {
	for i := range attributes {
		if place := t.of(attributes[i].Name); place != nil {
			*place = attributes[i].Value
		}
	}
	return t
}

// of returns where an attribute belongs, nil if nobody reads it. It is a switch, not a
// table, since the compiler makes that faster than looking anything up.
func (t *texts) of(name string) *string {
	switch name {
	case AttrSpecVersion:
		return &t.specVersion
	case AttrID:
		return &t.id
	case AttrType:
		return &t.eventType
	case AttrSubject:
		return &t.subject
	case AttrTime:
		return &t.time
	case AttrTraceParent:
		return &t.traceParent
	case AttrTraceState:
		return &t.traceState
	case AttrTypeVersion:
		return &t.typeVersion
	case AttrStreamVersion:
		return &t.streamVersion
	case AttrPosition:
		return &t.position
	case AttrTenant:
		return &t.tenant
	case AttrCorrelation:
		return &t.correlation
	case AttrCausation:
		return &t.causation
	case AttrActor:
		return &t.actor
	case AttrRecordedAt:
		return &t.recordedAt
	case AttrHeaders:
		return &t.headers
	}
	return nil
}

// attributeReader reads attributes and keeps the first error.
type attributeReader struct{ err error }

func (r *attributeReader) fail(name string, err error) {
	if r.err == nil && err != nil {
		r.err = &MessageError{name, err}
	}
}

func (r *attributeReader) text(name, text string) string {
	if text == "" {
		r.fail(name, errMissing)
	}
	return text
}

func (r *attributeReader) uuid(name, text string) uuid.UUID {
	id, err := uuid.Parse(r.text(name, text))
	r.fail(name, err)
	return id
}

func (r *attributeReader) number(name, text string) int64 {
	n, err := strconv.ParseInt(r.text(name, text), 10, 64)
	r.fail(name, err)
	return n
}

func (r *attributeReader) stream(name, text string) runtime.StreamID {
	stream, err := runtime.ParseStreamID(r.text(name, text))
	r.fail(name, err)
	return stream
}

func (r *attributeReader) time(name, text string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, r.text(name, text))
	r.fail(name, err)
	return t.UTC()
}

func (r *attributeReader) headers(t *texts) (headers map[string]string) {
	if t.headers != "" {
		r.fail(AttrHeaders, json.Unmarshal([]byte(t.headers), &headers))
	}
	for _, a := range [...]Attribute{{AttrTraceParent, t.traceParent}, {AttrTraceState, t.traceState}} {
		if a.Value == "" {
			continue
		}
		if headers == nil {
			headers = map[string]string{}
		}
		headers[a.Name] = a.Value
	}
	return headers
}

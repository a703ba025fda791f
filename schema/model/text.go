package model

import (
	"strconv"
	"strings"
)

// kindNames are the names of kinds as schemas write them.
var kindNames = [...]string{
	Invalid: "invalid", String: "string", Bool: "bool",
	Int32: "int32", Int64: "int64", Uint32: "uint32", Uint64: "uint64",
	Float32: "float32", Float64: "float64", Decimal: "decimal", Bytes: "bytes",
	UUID: "uuid", URI: "uri", Email: "email",
	Timestamp: "timestamp", Date: "date", Time: "time", Duration: "duration", JSON: "json",
	List: "list", Map: "map", OneOrMany: "one_or_many", Scalars: "scalars", Named: "named",
}

// String returns the kind's name in schemas.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "invalid"
}

// IsScalar reports whether values of the kind are neither collections nor named types nor free JSON.
func (k Kind) IsScalar() bool { return k >= String && k <= Duration }

// String writes the reference as a schema would: "list<Source@2> | null".
func (t *TypeRef) String() string {
	if t == nil {
		return "invalid"
	}
	s := t.base()
	if t.Nullable {
		s += " | null"
	}
	return s
}

func (t *TypeRef) base() string {
	switch t.Kind {
	case List, Map, OneOrMany:
		return t.Kind.String() + "<" + t.Elem.String() + ">"
	case Named:
		return t.Named.label()
	case Scalars:
		names := make([]string, len(t.Alts))
		for i, a := range t.Alts {
			names[i] = a.base()
		}
		return strings.Join(names, " | ")
	default:
		return t.Kind.String()
	}
}

// label is "Source", or "Source@2" of a versioned type.
func (v *TypeVersion) label() string {
	if v.Type.Versioned {
		return v.Type.Name + "@" + strconv.Itoa(v.Number)
	}
	return v.Type.Name
}

// String returns the names of the fields joined with dots.
func (p *Path) String() string {
	names := make([]string, len(p.Fields))
	for i, f := range p.Fields {
		names[i] = f.Name
	}
	return strings.Join(names, ".")
}

// Last returns the field that the path leads to.
func (p *Path) Last() *Field { return p.Fields[len(p.Fields)-1] }

var envelopeNames = [...]string{
	EnvOccurredAt: "occurred_at", EnvRecordedAt: "recorded_at", EnvStreamID: "stream_id", EnvEventID: "event_id",
	EnvCorrelationID: "correlation_id", EnvCausationID: "causation_id", EnvActor: "actor", EnvTenant: "tenant",
}

// String returns the name as schemas write it, without the `$`.
func (e EnvelopeField) String() string { return envelopeNames[e] }

// EnvelopeFields returns the members of the envelope that schemas may use, in a fixed order.
func EnvelopeFields() []EnvelopeField {
	return []EnvelopeField{EnvOccurredAt, EnvRecordedAt, EnvStreamID, EnvEventID, EnvCorrelationID, EnvCausationID, EnvActor, EnvTenant}
}

package jsonschema

import "strconv"

// Formats says how far `format` is believed. Most validators do not check it.
type Formats uint8

const (
	// Exact uses a format where its type writes every text again as it was read: timestamp, date, uri, email.
	// Others, uuid among them since its letters may be upper case, stay strings and are reported.
	Exact Formats = iota
	// Trust uses every format that the language has a type for.
	Trust
	// Annotate reads every format as a plain string.
	Annotate
)

// formatTypes are the built-in types for formats, and whether one keeps the text that was read.
var formatTypes = map[string]struct {
	scalar string
	exact  bool
}{
	"date-time": {"timestamp", true},
	"date":      {"date", true},
	"email":     {"email", true},
	"uri":       {"uri", true},
	"time":      {"time", false}, // often local, against RFC 3339
	"duration":  {"duration", false},
	"uuid":      {"uuid", false},
}

// applyFormat replaces string by the type that a format names.
func (r *reader) applyFormat(u *use, v *view) {
	for _, n := range v.nodes {
		format := n.str("format")
		if format == "" {
			continue
		}
		t, known := formatTypes[format]
		if !known || r.formats == Annotate || r.formats == Exact && !t.exact {
			r.losses.add(n, "format", strconv.Quote(format)+" is kept as a string")
			continue
		}
		u.shape.becomeScalar(t.scalar)
		r.dropTextLimits(u, n, t.scalar)
		return
	}
}

// dropTextLimits leaves out constraints on the text of what is not text in Go.
func (r *reader) dropTextLimits(u *use, n *node, scalar string) {
	if scalar == "uri" || scalar == "email" {
		return
	}
	for _, keyword := range []string{"minLength", "maxLength", "pattern"} {
		if n.get(keyword) != nil {
			r.losses.constrains(n, keyword, "the text of a "+scalar+" is not constrained")
		}
	}
	u.limits = limits{}
}

// numericFormats say what the type says already.
var numericFormats = set("int32", "int64", "uint32", "uint64", "float", "double")

func (r *reader) noteFormat(v *view) {
	for _, n := range v.nodes {
		if format := n.str("format"); format != "" && !numericFormats[format] {
			r.losses.add(n, "format", strconv.Quote(format)+" is not checked")
		}
	}
}

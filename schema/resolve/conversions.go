package resolve

import (
	"slices"

	"github.com/evgen/evgen/schema/model"
)

// operand is what a conversion takes or gives: one of some kinds, or an enum of a kind.
type operand struct {
	kinds []model.Kind
	enum  model.Kind
}

func (o operand) fits(t *model.TypeRef) bool {
	if e, ok := enumOf(t); ok {
		return o.enum == e.Kind
	}
	return slices.Contains(o.kinds, t.Kind)
}

// conversion is a built-in conversion between scalars.
type conversion struct {
	name     string
	from, to operand
	fails    failure
	layout   bool // takes `layout:`
}

// failure says when a conversion may fail.
type failure uint8

const (
	never failure = iota
	sometimes
	whenClosed // only when the enum that it gives refuses unknown values
)

var (
	texts      = operand{kinds: []model.Kind{model.String}}
	ints       = operand{kinds: []model.Kind{model.Int32, model.Int64, model.Uint32, model.Uint64}}
	signed64   = operand{kinds: []model.Kind{model.Int64}}
	floats     = operand{kinds: []model.Kind{model.Float32, model.Float64}}
	bools      = operand{kinds: []model.Kind{model.Bool}}
	decimals   = operand{kinds: []model.Kind{model.Decimal}}
	uuids      = operand{kinds: []model.Kind{model.UUID}}
	timestamps = operand{kinds: []model.Kind{model.Timestamp}}
	dates      = operand{kinds: []model.Kind{model.Date}}
	times      = operand{kinds: []model.Kind{model.Time}}
	durations  = operand{kinds: []model.Kind{model.Duration}}
	blobs      = operand{kinds: []model.Kind{model.Bytes}}
	textEnums  = operand{enum: model.String}
	intEnums   = operand{enum: model.Int64}
)

// conversions is the whole table, in the order of the documentation.
var conversions = []conversion{
	{name: "int_to_string", from: ints, to: texts},
	{name: "string_to_int", from: texts, to: ints, fails: sometimes},
	{name: "int_to_int", from: ints, to: ints, fails: sometimes},
	{name: "int_to_float", from: ints, to: floats},
	{name: "float_to_int", from: floats, to: ints, fails: sometimes},
	{name: "float_to_float", from: floats, to: floats},
	{name: "float_to_string", from: floats, to: texts},
	{name: "string_to_float", from: texts, to: floats, fails: sometimes},
	{name: "bool_to_string", from: bools, to: texts},
	{name: "string_to_bool", from: texts, to: bools, fails: sometimes},
	{name: "bool_to_int", from: bools, to: ints},
	{name: "int_to_bool", from: ints, to: bools, fails: sometimes},
	{name: "int_to_decimal", from: ints, to: decimals},
	{name: "decimal_to_int", from: decimals, to: ints, fails: sometimes},
	{name: "float_to_decimal", from: floats, to: decimals},
	{name: "decimal_to_float", from: decimals, to: floats, fails: sometimes},
	{name: "string_to_decimal", from: texts, to: decimals, fails: sometimes},
	{name: "decimal_to_string", from: decimals, to: texts},
	{name: "unix_s_to_timestamp", from: ints, to: timestamps},
	{name: "unix_ms_to_timestamp", from: ints, to: timestamps},
	{name: "unix_us_to_timestamp", from: ints, to: timestamps},
	{name: "timestamp_to_unix_s", from: timestamps, to: signed64},
	{name: "timestamp_to_unix_ms", from: timestamps, to: signed64},
	{name: "timestamp_to_unix_us", from: timestamps, to: signed64},
	{name: "string_to_timestamp", from: texts, to: timestamps, fails: sometimes, layout: true},
	{name: "timestamp_to_string", from: timestamps, to: texts, layout: true},
	{name: "timestamp_to_date", from: timestamps, to: dates},
	{name: "date_to_timestamp", from: dates, to: timestamps},
	{name: "string_to_date", from: texts, to: dates, fails: sometimes},
	{name: "date_to_string", from: dates, to: texts},
	{name: "string_to_time", from: texts, to: times, fails: sometimes},
	{name: "time_to_string", from: times, to: texts},
	{name: "string_to_duration", from: texts, to: durations, fails: sometimes},
	{name: "duration_to_string", from: durations, to: texts},
	{name: "string_to_uuid", from: texts, to: uuids, fails: sometimes},
	{name: "uuid_to_string", from: uuids, to: texts},
	{name: "string_to_bytes", from: texts, to: blobs},
	{name: "bytes_to_string", from: blobs, to: texts, fails: sometimes},
	{name: "enum_to_string", from: textEnums, to: texts},
	{name: "string_to_enum", from: texts, to: textEnums, fails: whenClosed},
	{name: "enum_to_int", from: intEnums, to: ints, fails: sometimes},
	{name: "int_to_enum", from: ints, to: intEnums, fails: whenClosed},
}

func conversionNamed(name string) *conversion {
	for i := range conversions {
		if conversions[i].name == name {
			return &conversions[i]
		}
	}
	return nil
}

// conversionsBetween names the conversions that fit two types.
func conversionsBetween(from, to *model.TypeRef) []string {
	var names []string
	for _, c := range conversions {
		if c.from.fits(from) && c.to.fits(to) {
			names = append(names, c.name)
		}
	}
	return names
}

func (c *conversion) canFail(to *model.TypeRef) bool {
	if c.fails != whenClosed {
		return c.fails == sometimes
	}
	e, ok := enumOf(to)
	return ok && e.Closed
}

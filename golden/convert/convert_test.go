// Package convert tests what each built-in conversion makes of a stored value.
package convert

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/evgen/evgen/golden/convert/events/convert"
	"github.com/evgen/evgen/runtime"
)

// conversions are, for each conversion, a stored value and what it becomes; then, where it can fail, one that does.
var conversions = map[string][][2]any{
	"int_to_string": {{-12, "-12"}}, "string_to_int": {{"34", 34.0}, {"2147483648", -1.0}, {"x", -1.0}},
	"int_to_int": {{9, 9.0}, {-1, 7.0}, {1 << 33, 7.0}}, "int_to_float": {{5, 5.0}}, "float_to_int": {{4.0, 4.0}, {4.5, -1.0}, {1e30, -1.0}},
	"float_to_float": {{0.5, 0.5}}, "float_to_string": {{0.1, "0.1"}}, "string_to_float": {{"2.5", 2.5}, {"Inf", -1.5}, {"", -1.5}},
	"bool_to_string": {{true, "true"}}, "string_to_bool": {{"false", false}, {"no", true}}, "bool_to_int": {{true, 1.0}, {false, 0.0}},
	"int_to_bool": {{1, true}, {2, false}}, "int_to_decimal": {{-7, "-7"}}, "decimal_to_int": {{"12.00", 12.0}, {"1.5", -1.0}},
	"float_to_decimal": {{0.25, "0.25"}}, "decimal_to_float": {{"1.25", 1.25}}, "string_to_decimal": {{"3.10", "3.10"}, {"dear", "0.5"}},
	"decimal_to_string": {{"1.5", "1.5"}}, "unix_s_to_timestamp": {{1, "1970-01-01T00:00:01Z"}},
	"unix_ms_to_timestamp": {{1500, "1970-01-01T00:00:01.5Z"}}, "unix_us_to_timestamp": {{-1, "1969-12-31T23:59:59.999999Z"}},
	"timestamp_to_unix_s": {{"1970-01-01T00:00:02Z", 2.0}}, "timestamp_to_unix_ms": {{"1970-01-01T00:00:00.25Z", 250.0}},
	"timestamp_to_unix_us": {{"1970-01-01T01:00:00.000003+01:00", 3.0}},
	"string_to_timestamp":  {{"2024-02-29", "2024-02-29T00:00:00Z"}, {"29.2.", "1970-01-01T00:00:00Z"}},
	"timestamp_to_string":  {{"2024-02-29T12:00:00Z", "2024-02-29"}}, "timestamp_to_date": {{"2024-02-29T23:30:00-01:00", "2024-03-01"}},
	"date_to_timestamp": {{"2024-02-29", "2024-02-29T00:00:00Z"}}, "string_to_date": {{"2024-02-29", "2024-02-29"}, {"2023-02-29", "2000-01-01"}},
	"date_to_string": {{"2024-02-29", "2024-02-29"}}, "string_to_time": {{"12:30:00", "12:30:00"}, {"25:00:00", "00:00:00"}},
	"time_to_string": {{"12:30:00", "12:30:00"}}, "string_to_duration": {{"PT5M", "PT5M"}, {"5 min", "PT0S"}},
	"duration_to_string": {{"PT5M", "PT5M"}},
	"string_to_uuid": {
		{"018f5c2e-7a10-7000-8000-000000000001", "018f5c2e-7a10-7000-8000-000000000001"}, {"x", "00000000-0000-0000-0000-000000000000"},
	},
	"uuid_to_string":  {{"018f5c2e-7a10-7000-8000-000000000001", "018f5c2e-7a10-7000-8000-000000000001"}},
	"string_to_bytes": {{"hi", "aGk="}}, "bytes_to_string": {{"aGk=", "hi"}, {"/w==", "?"}}, "enum_to_string": {{"red", "red"}, {"mauve", "mauve"}},
	"string_to_enum": {{"red", "red"}, {"mauve", "green"}}, "enum_to_int": {{2, 2.0}, {1 << 40, 0.0}}, "int_to_enum": {{1, 1.0}, {9, 2.0}},
}

func TestConversionsGiveTheValueOrTheOneNamedByElse(t *testing.T) {
	for round := range 3 {
		fact, want := map[string]any{"id": "i"}, map[string]any{"id": "i"}
		for name, cases := range conversions {
			c := cases[min(round, len(cases)-1)]
			fact[name], want[name] = c[0], c[1]
		}
		got := today(t, fact)
		for name := range want {
			if !reflect.DeepEqual(got[name], want[name]) {
				t.Errorf("%s of %v = %v, want %v", name, fact[name], got[name], want[name])
			}
		}
		if len(got) != len(want) {
			t.Errorf("the golden schema has %d fields, this test %d", len(got), len(want))
		}
	}
}

// today stores a fact of version 1 and returns what version 2 makes of it.
func today(t *testing.T, fact map[string]any) map[string]any {
	t.Helper()
	data, err := json.Marshal(fact)
	if err != nil {
		t.Fatal(err)
	}
	rec := runtime.Record{Meta: runtime.Meta{Type: convert.TypeValuesSeen, Version: 1}, Data: data}
	events, err := convert.Schema().AppendEvents(nil, &rec)
	if err != nil {
		t.Fatal(err)
	}
	text, err := events[0].AppendJSON(nil)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]any{}
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	return got
}

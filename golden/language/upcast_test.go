// Package language tests what the generated upcasts of the golden schema mean.
package language

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/golden/language/events/history"
	"github.com/evgen/evgen/runtime"
)

// old is a fact of version 1 with the optional fields left out, except those that more adds.
func old(t *testing.T, more map[string]any) []byte {
	t.Helper()
	fact := map[string]any{
		"same": "s", "grows": 7, "becomes_optional": "bo", "becomes_nullable": "bn", "becomes_maybe": "bm", "old_name": "name",
		"inner": map[string]any{"id": "i"}, "count": 12, "count_text": "34", "secs": 1, "when_text": "2024-02-29", "colour": "alpha",
		"group": "g", "artifact": "a", "single": "only", "several": []string{}, "parts": []any{map[string]any{"name": "p", "kind": "alpha"}},
		"parts_by_name": map[string]any{}, "side": map[string]any{"side": "left", "x": 3}, "custom": map[string]any{"a": "c"},
		"one": "1", "number_or": 5, "gone": "x", "loose": map[string]any{"z": 1}, "num": 8, "flag": true, "amount_text": "1.50",
	}
	for k, v := range more {
		fact[k] = v
	}
	b, err := json.Marshal(fact)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// today decodes a stored fact and returns what today's code would write.
func today(t *testing.T, wire string, version int, data []byte) []map[string]any {
	t.Helper()
	meta := runtime.Meta{
		Type: wire, Version: version, ID: uuid.MustParse("018f5c2e-7a10-7000-8000-000000000001"), Stream: runtime.StreamOf("Thing", "t-1"),
		Correlation: uuid.MustParse("018f5c2e-7a10-7000-8000-000000000002"), Actor: "ada", OccurredAt: time.Unix(9, 0).UTC(),
	}
	events, err := history.Schema().AppendEvents(nil, &runtime.Record{Meta: meta, Data: data})
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]any
	for _, e := range events {
		b, err := e.AppendJSON(nil)
		if err != nil {
			t.Fatal(err)
		}
		m := map[string]any{"$type": e.EventType(), "$version": float64(e.EventVersion())}
		if err := json.Unmarshal(b, &m); err != nil {
			t.Fatal(err)
		}
		out = append(out, m)
	}
	return out
}

func TestEachRuleGivesItsField(t *testing.T) {
	got := today(t, "history.ThingMade", 1, old(t, nil))[0]
	want := map[string]any{
		"$version": 2.0, "same": "s", "grows": 7.0, "becomes_optional": "bo", "becomes_nullable": "bn", "becomes_maybe": "bm",
		"new_name": "name", "owner_id": "i", "built": map[string]any{"id": "name"}, "count_text": "12", "count": 34.0,
		"moment": "1970-01-01T00:00:01Z", "parsed": "2024-02-29T00:00:00Z", "colour": "beta", "coordinate": "pkg:g/a@12{}",
		"list_of_one": []any{"only"}, "first": "none", "parts": []any{map[string]any{"title": "p", "kind": "first"}},
		"side": map[string]any{"side": "left", "x": 3.0}, "custom": map[string]any{"b": "c!"}, "was_optional": "missing",
		"was_optional_list": []any{"a", "b"}, "one": "1", "number_or": 5.0, "loose": map[string]any{"z": 1.0}, "version_literal": "2",
		"fresh": []any{1.0, 2.0}, "occurred": "1970-01-01T00:00:09Z", "stream": "t-1", "event": "018f5c2e-7a10-7000-8000-000000000001",
		"correlation": "018f5c2e-7a10-7000-8000-000000000002", "by": "ada", "handwritten": 1.0, "num": 8.0, "flag": "true",
		"amount": "1.50", "tags": map[string]any{"k": "v"}, "owner": map[string]any{"id": "nobody"},
	}
	for field, value := range want {
		if !reflect.DeepEqual(got[field], value) {
			t.Errorf("%s = %v, want %v", field, got[field], value)
		}
	}
	for _, absent := range []string{"owner_mail", "deep_mail", "first_maybe", "maybe_part", "maybe_side", "custom_list", "maybe_inner"} {
		if v, there := got[absent]; there {
			t.Errorf("%s = %v, want it absent", absent, v)
		}
	}
}

func TestRulesCarryWhatIsThere(t *testing.T) {
	got := today(t, "history.ThingMade", 1, old(t, map[string]any{
		"maybe_inner": map[string]any{"id": "m", "mail": "deep"}, "several": []string{"one", "two"}, "was_optional": "there",
		"was_optional_list": []string{}, "maybe_part": map[string]any{"name": "mp", "kind": "gamma"}, "when_text": "no date",
		"maybe_side": map[string]any{"side": "up", "z": 1}, "count_text": "many", "num": 1 << 40, "amount_text": "dear",
		"colour": "beta", "custom_list": []any{map[string]any{"a": "1"}},
	}))[0]
	for field, value := range map[string]any{
		"deep_mail": "deep", "first": "one", "first_maybe": "one", "was_optional": "there", "was_optional_list": []any{},
		"maybe_part": map[string]any{"title": "mp", "kind": "gamma"}, "maybe_side": map[string]any{"side": "up", "z": 1.0},
		"parsed": "1970-01-01T00:00:00Z", "count": -1.0, "num": 0.0, "amount": "0", "colour": "first",
		"custom_list": []any{map[string]any{"b": "1!"}},
	} {
		if !reflect.DeepEqual(got[field], value) {
			t.Errorf("%s = %v, want %v", field, got[field], value)
		}
	}
}

func TestOneFactBecomesSeveralOrNone(t *testing.T) {
	got := today(t, "history.ThingSplit", 1, []byte(`{"left":"l","right":"r","rest":"x"}`))
	want := []map[string]any{
		{"$type": "history.LeftMoved", "$version": 1.0, "name": "l"},
		{"$type": "history.RightMoved", "$version": 2.0, "title": "r"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("split = %v, want %v", got, want)
	}
	if got := today(t, "history.ThingVanished", 1, []byte(`{}`)); len(got) != 0 {
		t.Errorf("vanished = %v, want nothing", got)
	}
}

func TestFormerNamesStillDecode(t *testing.T) {
	if got := today(t, "history.ThingCreated", 1, old(t, nil))[0]["$type"]; got != "history.ThingMade" {
		t.Errorf("type = %v", got)
	}
}

func TestRetiredEventIsReadAndNotProduced(t *testing.T) {
	if got := today(t, "history.ThingRetired", 1, []byte(`{"note":"n"}`)); got[0]["note"] != "n" {
		t.Errorf("retired = %v", got)
	}
	var retired *runtime.RetiredError
	//lint:ignore SA1019 the deprecated event is what is tested
	if err := (history.ThingRetired{}).Validate(); !asRetired(err, &retired) {
		t.Errorf("validate = %v, want a RetiredError", err)
	}
}

func asRetired(err error, target **runtime.RetiredError) bool {
	r, ok := err.(*runtime.RetiredError)
	*target = r
	return ok
}

package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v5"
)

// printedSchema is what `evgen schema --check` prints. Programs are to put up with members that they do not know; the
// tests are not: closed, the schema refuses members that it does not describe.
func printedSchema(t *testing.T, edit func(map[string]any)) *jsonschema.Schema {
	t.Helper()
	s := newSession(t, nil)
	if code := s.evgen("schema", "--check"); code != 0 {
		t.Fatalf("exit %d: %s", code, s.stderr.String())
	}
	var whole map[string]any
	if err := json.Unmarshal(s.stdout.Bytes(), &whole); err != nil {
		t.Fatal(err)
	}
	edit(whole)
	for _, def := range whole["$defs"].(map[string]any) {
		edit(def.(map[string]any))
	}
	text, err := json.Marshal(whole)
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("check.json", bytes.NewReader(text)); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("check.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func asPrinted(map[string]any) {}

func closed(object map[string]any) {
	if object["type"] == "object" {
		object["additionalProperties"] = false
	}
}

// TestWhatCheckPrintsKeepsToItsSchema, for every fixture of the catalogue, a step that lacks an upcast, and schemas that
// do not resolve.
func TestWhatCheckPrintsKeepsToItsSchema(t *testing.T) {
	open, whole := printedSchema(t, asPrinted), printedSchema(t, closed)
	sessions := []*session{newSession(t, map[string]string{"before/a.yaml": "package: a\n", "schema/a.yaml": "package: a\nevents: {Placed: {versions: {1: {fields: {x: strang}}}}}\n"})}
	for _, dir := range fixtureDirs(t) {
		sessions = append(sessions, compared(t, dir))
	}
	for _, s := range sessions {
		s.evgen("check", "--against", "before", "--format", "json")
		var output any
		if err := json.Unmarshal(s.stdout.Bytes(), &output); err != nil {
			t.Fatalf("%v: %s", err, s.stderr.String())
		}
		for _, schema := range []*jsonschema.Schema{open, whole} {
			if err := schema.Validate(output); err != nil {
				t.Errorf("%#v\n%s", err, s.stdout.String())
			}
		}
	}
}

// TestTheSchemaOfCheckRefusesWhatCheckDoesNotPrint: the schema says something.
func TestTheSchemaOfCheckRefusesWhatCheckDoesNotPrint(t *testing.T) {
	schema := printedSchema(t, asPrinted)
	s := compared(t, compatFixtures+"/required-field-added")
	s.evgen("check", "--against", "before", "--format", "json")
	for old, new := range map[string]string{
		`"format": 1`: `"format": 2`, `"verdict": "FORWARD"`: `"verdict": "FULL"`, `"kind": "in-place"`: `"kind": "sideways"`,
		`"backward": "breaks"`: `"backward": "maybe"`, `"severity": "error"`: `"severity": "fatal"`, `"payload":`: `"load":`, `"endLine":`: `"end_line":`,
	} {
		text := strings.ReplaceAll(s.stdout.String(), old, new)
		var output any
		if err := json.Unmarshal([]byte(text), &output); err != nil {
			t.Fatal(err)
		}
		if text == s.stdout.String() || schema.Validate(output) == nil {
			t.Errorf("%s passes for %s", new, old)
		}
	}
}

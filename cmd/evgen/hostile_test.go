package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// event is a schema file with one event, whose version 1 has the given fields.
func event(name, fields string) string {
	return fmt.Sprintf("package: shop\nevents:\n  %s: {key: id, versions: {1: {fields: {id: uuid, %s}}}}\n", name, fields)
}

// refusal is a schema that must be refused, and the rule that refuses it.
type refusal struct{ schema, rule string }

func refusals() map[string]refusal {
	return map[string]refusal{
		"alias bomb":           {aliasBomb(), "alias-expansion"},
		"alias of itself":      {"package: shop\ntypes: &a {T: *a}\n", "alias-cycle"},
		"deep nesting":         {"package: shop\ntypes: " + strings.Repeat("[", 50_000) + strings.Repeat("]", 50_000), "yaml-syntax"},
		"deep block nesting":   {"package: shop\ntypes:\n" + deepBlocks(2_000), "too-deep"},
		"deep type":            {event("Sent", "a: '"+strings.Repeat("list<", 20_000)+"string"+strings.Repeat(">", 20_000)+"'"), "type-syntax"},
		"over the size limit":  {"package: shop\n#" + strings.Repeat("x", 17<<20), "file-too-large"},
		"10 MB in one text":    {"package: shop\ndoc: [" + strings.Repeat("x", 10<<20) + "]\n", "wrong-kind"},
		"duplicate keys":       {"package: shop\npackage: shop\n", "duplicate-key"},
		"tabs":                 {"package: shop\nevents:\n\tSent: {}\n", "yaml-syntax"},
		"invalid UTF-8":        {"package: shop\ndoc: \xff\xfe\n", "not-utf8"},
		"UTF-16":               {"\xff\xfep\x00a\x00", "not-utf8"},
		"empty":                {"", "empty-file"},
		"only a comment":       {"# nothing\n", "empty-file"},
		"a list":               {"- package: shop\n", "not-a-schema"},
		"two documents":        {"package: a\n---\npackage: b\n", "several-documents"},
		"a tag of a program":   {"package: !!python/object:os.system shop\n", "yaml-tag"},
		"merge keys":           {"package: shop\ntypes: {A: &a {enum: [x]}, B: {<<: *a}}\n", "merge-key"},
		"SQL as a name":        {event(`"'; drop table"`, "a: string"), "bad-name"},
		"a path as a package":  {"package: ../../etc\nevents: {}\n", "bad-name"},
		"a keyword as package": {"package: func\nevents: {Sent: {key: id, versions: {1: {fields: {id: uuid}}}}}\n", "bad-name"},
		"init as package":      {"package: init\nevents: {Sent: {key: id, versions: {1: {fields: {id: uuid}}}}}\n", "go-package-name"},
		"fields of one name":   {event("Sent", "tcp_a: string, tcpA: string"), "go-name-collision"},
		"a field like a method": {
			event("Sent", "validate: string"), "go-name-collision",
		},
		"an event like a type":     {"package: shop\ntypes: {Sent: {fields: {a: string}}}\nevents: {Sent: {key: id, versions: {1: {fields: {id: uuid}}}}}\n", "duplicate-name"},
		"a type like a version":    {"package: shop\ntypes: {SentV1: {fields: {a: string}}}\nevents: {Sent: {key: id, versions: {1: {fields: {id: uuid}}}}}\n", "go-name-collision"},
		"an event like a function": {event("Load", "a: string"), "go-name-collision"},
		"an event like an interface": {
			event("Event", "a: string"), "go-name-collision",
		},
		"enum values of one name": {"package: shop\ntypes: {Port: {enum: [tcp-a, tcp_a]}}\n", "go-name-collision"},
		"signs as an enum value":  {"package: shop\ntypes: {Vote: {enum: ['+', '-']}}\n", "go-name-missing"},
		"a pattern that explodes": {event("Sent", "a: {type: string, pattern: '(?=x)'}"), "bad-pattern"},
		"an endless type":         {"package: shop\ntypes: {T: {fields: {t: T}}}\n", "infinite-type"},
	}
}

func aliasBomb() string {
	var b strings.Builder
	b.WriteString("package: shop\nx0: &x0 [lol]\n")
	for i := 1; i < 40; i++ {
		fmt.Fprintf(&b, "x%d: &x%d [%s*x%d]\n", i, i, strings.Repeat(fmt.Sprintf("*x%d, ", i-1), 9), i-1)
	}
	return b.String()
}

func deepBlocks(depth int) string {
	var b strings.Builder
	for i := range depth {
		fmt.Fprintf(&b, "%sa:\n", strings.Repeat(" ", i+1))
	}
	return b.String()
}

func TestHostileSchemasAreRefused(t *testing.T) {
	for name, c := range refusals() {
		t.Run(name, func(t *testing.T) {
			s := newSession(t, map[string]string{"schema/a.yaml": c.schema})
			if status := s.evgen("generate", "--format", "json"); status != statusFindings {
				t.Fatalf("exit status %d: %s", status, s.stderr.String())
			}
			if !slices.Contains(s.rules(), c.rule) {
				t.Errorf("want %s, got %v", c.rule, s.rules())
			}
			if _, err := os.Stat(s.path("events")); !os.IsNotExist(err) {
				t.Error("something was written")
			}
		})
	}
}

func TestALargeSchemaGenerates(t *testing.T) {
	var b strings.Builder
	b.WriteString("package: shop\nevents:\n")
	for i := 0; b.Len() < 10<<20; i++ {
		fmt.Fprintf(&b, "  Thing%dHappened: # %s\n    key: id\n    versions: {1: {fields: {id: uuid}}}\n", i, strings.Repeat("x", 20_000))
	}
	s := newSession(t, map[string]string{"schema/a.yaml": b.String()})
	if status := s.evgen("generate"); status != statusClean {
		t.Fatalf("exit status %d: %s", status, s.stderr.String())
	}
	if status := s.evgen("generate", "--check"); status != statusClean {
		t.Errorf("stale right after generating: %s", s.stderr.String())
	}
}

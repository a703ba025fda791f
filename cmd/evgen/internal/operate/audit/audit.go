// Package audit looks for faults in what a store holds.
//
// In go all records of a store, in its order, and perhaps the schema that
// declares their types; out comes what is wrong, where, and the way out. It needs
// 24 bytes of memory for each event, and some 150 for each stream. It changes
// nothing, and shows no payload.
package audit

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
)

// Rule names a kind of fault.
type Rule string

// The kinds of faults.
const (
	PositionOrder  Rule = "position-order"  // positions do not ascend
	VersionHole    Rule = "version-hole"    // a stream lacks a version, or has one twice
	DuplicateID    Rule = "duplicate-id"    // two events have one id
	OtherTenant    Rule = "other-tenant"    // an event in a stream of another tenant
	NotJSON        Rule = "not-json"        // the payload is not JSON
	UnknownType    Rule = "unknown-type"    // no schema declares the type
	UnknownVersion Rule = "unknown-version" // no schema declares the version
	Undecodable    Rule = "undecodable"     // the payload is not what its version says
	NoUpcast       Rule = "no-upcast"       // a step to the newest version is missing
)

// help is the way out of each.
var help = map[Rule]string{
	PositionOrder:  "the table was changed by hand: restore from a backup, or export and import into an empty store",
	VersionHole:    "the table was changed by hand: restore from a backup",
	DuplicateID:    "export, remove the second line, and import into an empty store",
	OtherTenant:    "the table was changed by hand: restore from a backup",
	NotJSON:        "export, mend the line, and import into an empty store",
	UnknownType:    "declare the event, or name its former type under was: if it was renamed",
	UnknownVersion: "take the schemas of the release that wrote it: is this an older checkout?",
	Undecodable:    "declare the version as it was written (evgen check finds the edit), or mend the event in an export",
	NoUpcast:       "write the upcast; evgen check lists all that are missing",
}

// Problem is one fault.
type Problem struct {
	Position      runtime.Position      `json:"position"`
	Stream        string                `json:"stream"`
	StreamVersion runtime.StreamVersion `json:"stream_version"`
	ID            uuid.UUID             `json:"id"`
	Type          string                `json:"type"`
	Version       int                   `json:"version"`
	Rule          Rule                  `json:"rule"`
	Message       string                `json:"message"`
	Help          string                `json:"help"`
}

// Result is what was found.
type Result struct {
	Events  int64            `json:"events"`
	Streams int              `json:"streams"`
	Last    runtime.Position `json:"last_position"`
	// Decoded says that a schema was there to decode by.
	Decoded bool `json:"decoded"`
	// ByHand lists versions whose facts pass a step that is written in Go, which was not run.
	ByHand []string `json:"by_hand,omitempty"`
	// Counts says how many problems of each kind there are; Problems holds the first of each.
	Counts   map[Rule]int64 `json:"counts"`
	Problems []Problem      `json:"problems"`
}

// mostShown bounds the problems of one kind that are kept.
const mostShown = 20

// Auditor takes in records.
type Auditor struct {
	schema  *Schema // nil for none
	cut     bool    // whether streams may begin with a later version
	streams map[runtime.StreamID]head
	ids     []seen
	byHand  map[string]bool
	result  Result
}

type head struct {
	version runtime.StreamVersion
	tenant  runtime.Tenant
}

type seen struct {
	id       uuid.UUID
	position runtime.Position
}

// New begins an audit of a whole store. schema may be nil.
func New(schema *Schema) *Auditor {
	return &Auditor{
		schema: schema, streams: map[runtime.StreamID]head{}, byHand: map[string]bool{},
		result: Result{Decoded: schema != nil, Counts: map[Rule]int64{}, Problems: []Problem{}},
	}
}

// NewOfRest is New for a store that no longer keeps its first events.
func NewOfRest(schema *Schema) *Auditor {
	a := New(schema)
	a.cut = true
	return a
}

// Add looks at the next record.
func (a *Auditor) Add(rec *runtime.Record) {
	a.result.Events++
	if rec.Position <= a.result.Last {
		a.report(rec, PositionOrder, fmt.Sprintf("it comes after position %d", a.result.Last))
	}
	a.result.Last = rec.Position
	a.ids = append(a.ids, seen{rec.ID, rec.Position})
	a.follow(rec)
	if !json.Valid(rec.Data) {
		a.report(rec, NotJSON, errNotJSON.Error())
		return
	}
	if a.schema == nil {
		return
	}
	if f := a.schema.check(rec); f != nil {
		a.report(rec, f.rule, f.err.Error())
	} else if a.schema.byHand(rec) {
		a.byHand[fmt.Sprintf("%s v%d", rec.Type, rec.Version)] = true
	}
}

// follow compares rec with what came before it in its stream.
func (a *Auditor) follow(rec *runtime.Record) {
	before, known := a.streams[rec.Stream]
	a.streams[rec.Stream] = head{rec.StreamVersion, rec.Tenant}
	switch {
	case !known && a.cut:
	case rec.StreamVersion != before.version+1:
		a.report(rec, VersionHole, fmt.Sprintf("version %d follows version %d of the stream", rec.StreamVersion, before.version))
	case known && rec.Tenant != before.tenant:
		a.report(rec, OtherTenant, fmt.Sprintf("tenant %q in a stream of tenant %q", rec.Tenant, before.tenant))
	}
}

func (a *Auditor) report(rec *runtime.Record, rule Rule, message string) {
	a.result.Counts[rule]++
	if a.result.Counts[rule] > mostShown {
		return
	}
	a.result.Problems = append(a.result.Problems, Problem{
		Position: rec.Position, Stream: rec.Stream.String(), StreamVersion: rec.StreamVersion,
		ID: rec.ID, Type: rec.Type, Version: rec.Version, Rule: rule, Message: message, Help: help[rule],
	})
}

// Events returns how many records were added.
func (a *Auditor) Events() int64 { return a.result.Events }

// Finish returns what was found.
func (a *Auditor) Finish() *Result {
	a.findTwins()
	a.result.Streams = len(a.streams)
	a.result.ByHand = slices.Sorted(maps.Keys(a.byHand))
	return &a.result
}

// findTwins reports ids that occur more than once, at the later event.
func (a *Auditor) findTwins() {
	slices.SortFunc(a.ids, func(x, y seen) int {
		if c := bytes.Compare(x.id[:], y.id[:]); c != 0 {
			return c
		}
		return int(x.position - y.position)
	})
	for i := 1; i < len(a.ids); i++ {
		if first, again := a.ids[i-1], a.ids[i]; first.id == again.id {
			rec := runtime.Record{Meta: runtime.Meta{ID: again.id, Position: again.position}}
			a.report(&rec, DuplicateID, fmt.Sprintf("the event at position %d has the same id", first.position))
		}
	}
}

package audit_test

import (
	"slices"
	"testing"

	"github.com/google/uuid"

	"github.com/evgen/evgen/cmd/evgen/internal/operate/audit"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/schema/compat/unmended"
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax"
)

const club = `package: club
types:
  Guest: {fields: {id: string, mail: {type: email, sensitive: true, subject: id}}}
events:
  Joined:
    versions:
      1: {fields: {born: {type: date, sensitive: true, subject: $stream_id}, guests: list<Guest>}}
`

// An audit has no keys: sealed fields are no fault, and what is around them is still looked at.
func TestSealedFieldsAreNoFault(t *testing.T) {
	var rep diag.Report
	m, steps := unmended.Resolve([]*syntax.Document{syntax.Parse(source.NewFile("club.yaml", []byte(club)), &rep)}, &rep)
	if m == nil {
		t.Fatal(rep.Sorted())
	}
	const sealed = `{"$sealed":"1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}`
	for payload, want := range map[string][]audit.Rule{
		`{"born":` + sealed + `,"guests":[{"id":"ada","mail":` + sealed + `}]}`: nil,
		`{"born":"2000-01-01","guests":[]}`:                                     nil,
		`{"born":` + sealed + `,"guests":7}`:                                    {audit.Undecodable},
		`{"born":{"$sealed":"1.?"},"guests":[]}`:                                {audit.Undecodable},
	} {
		rec := runtime.Record{
			Meta: runtime.Meta{ID: uuid.New(), Type: "club.Joined", Version: 1, Stream: runtime.StreamOf("Club", "1"), StreamVersion: 1, Position: 1},
			Data: []byte(payload),
		}
		got := rules(audit.New(audit.NewSchema(m, steps.Missing)), []runtime.Record{rec})
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", payload, got, want)
		}
	}
}

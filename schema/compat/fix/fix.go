// Package fix mends what a comparison found, where that is safe.
//
// In: the result of a comparison. Out: edits, each the new text of one schema file: a version that was edited is put
// back and the edit becomes the next version, a renamed event answers to its old name, a deleted event comes back as
// retired, a renamed field of a new version carries the value of the old one. An edit that leaves a file that does not
// parse is not offered. It writes no file, and invents no upcast rule but for renames that leave no choice.
package fix

import (
	"bytes"

	"github.com/evgen/evgen/schema/compat"
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax"
)

// Fix is one edit of one file.
type Fix struct {
	Rules   []string // of the findings that it mends, the first one leading
	Element string   // the event, or version of one, that they are about: "shop.OrderPlaced@1"
	Title   string   // what it does, for people
	File    *source.File
	Bytes   []byte // the new text
}

// Left is an edit of a released version that no fix takes back.
type Left struct {
	Element string // "shop.OrderPlaced@1"
	Reason  string // "shop.Money has no versions"
}

// Fixes lists the edits that mend a result, in its order, and what is left to people. Several edits may concern one
// file: apply one, and compare again.
func Fixes(r *compat.Result) ([]Fix, []Left) {
	b := &building{}
	for _, e := range r.Events {
		for _, j := range e.Changes {
			switch {
			case j.Rule.ID == "event-renamed":
				b.add(answer(e, e, j, j.New.Span.File))
			case j.Rule.ID == "event-removed" && e.Became != nil:
				b.add(became(e, j))
			case j.Rule.ID == "event-removed":
				b.add(retire(e, j))
			}
		}
		for _, s := range e.Steps {
			switch {
			case s.Kind == compat.InPlace && needsVersion(s):
				b.restore(e, s)
			case s.Lacks && s.New:
				b.add(carry(e, s))
			}
		}
	}
	return b.fixes, b.left
}

// building gathers fixes. One that is offered already, as edits of shared types are by each event, is not offered twice.
type building struct {
	fixes []Fix
	left  []Left
}

// add takes a fix whose text parses, and reports whether it did.
func (b *building) add(f *Fix) bool {
	if f == nil || bytes.Equal(f.Bytes, f.File.Bytes) {
		return false
	}
	rep := &diag.Report{}
	if syntax.Parse(source.NewFile(f.File.Name, f.Bytes), rep); rep.HasErrors() {
		return false
	}
	b.fixes = append(b.fixes, *f)
	return true
}

func element(e *compat.EventResult) string { return e.Package + "." + e.Name }

package lock

import (
	"bytes"
	"cmp"
	"fmt"
	"strings"
	"sync/atomic"

	"github.com/evgen/evgen/internal/parallel"
	"github.com/evgen/evgen/schema/compat"
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/source"
)

// Check reports released versions that the model has otherwise, as released-version-edited, or lacks, as
// released-version-removed. Each finding stands in the files of today and says what differs. The error is an *Error
// of a lock that does not resolve. What was not released is not looked at, and nothing is parsed for what is as it was.
func Check(l *Lock, m *model.Model) ([]diag.Diagnostic, error) {
	if l == nil || unchanged(l, m) {
		return nil, nil
	}
	old, err := l.Model()
	if err != nil {
		return nil, err
	}
	c := checker{lock: l}
	for _, e := range compat.Compare(old, m, compat.Options{Proofs: compat.ProveNone}).Events {
		c.event(e)
	}
	return c.found, nil
}

// unchanged reports whether every entry is what would be written today. It writes several at a time.
func unchanged(l *Lock, m *model.Model) bool {
	entries, write := l.current(), writers(m)
	var differs atomic.Bool
	parallel.Each(len(entries), func(i int) {
		e := entries[i]
		shape := write[e.key()]
		if !differs.Load() && (shape == nil || !bytes.Equal(shape(), e.Shape)) {
			differs.Store(true)
		}
	})
	return !differs.Load()
}

// writers write the shapes that entries would have today, by their keys.
func writers(m *model.Model) map[string]func() []byte {
	out := map[string]func() []byte{}
	add := func(e Entry, shape func() []byte) { out[e.key()] = shape }
	for e := range events(m) {
		for _, v := range e.Versions {
			at := Entry{Package: e.Package.Name, Name: e.Name, Version: v.Number}
			if !v.Draft {
				at.Kind = Event
				add(at, func() []byte { return eventShape(v) })
			}
			at.Kind = Name
			for _, at.Wire = range append([]string{e.Wire}, e.Was...) {
				add(at, func() []byte { return nil })
			}
		}
		if e.Into != nil {
			add(Entry{Kind: Into, Package: e.Package.Name, Name: e.Name, Version: e.Latest().Number}, func() []byte { return intoShape(e) })
		}
	}
	for _, p := range m.Packages {
		for _, t := range p.Types {
			for _, v := range t.Versions {
				add(Entry{Kind: Type, Package: p.Name, Name: t.Name, Version: v.Number}, func() []byte { return typeShape(v) })
			}
		}
	}
	return out
}

type checker struct {
	lock  *Lock
	found []diag.Diagnostic
}

// gone are the changes by which a released version is no longer there.
var gone = map[string]bool{"event-removed": true, "event-renamed": true, "version-removed": true, "version-withdrawn": true, "former-name-removed": true}

// fixed are the changes of an event as a whole that its released versions do not allow, with the way out. Where that is
// empty, a new version is.
var fixed = map[string]string{
	"aggregate-changed": "", "partition-key-changed": "", "aggregate-id-type-changed": "", "upcast-changed": "",
	"successors-changed": "put `into:` back as it was; `Event@1` keeps to a version of an event that has newer ones",
}

func (c *checker) event(e *compat.EventResult) {
	for _, j := range e.Changes {
		help, isFixed := fixed[j.Rule.ID]
		switch {
		case gone[j.Rule.ID]:
			c.removed(e, j)
		case isFixed:
			c.edited(e, j.New.Span, j.Old.Span, j.Rule.Title, help)
		}
	}
	for _, s := range e.Steps {
		if s.Kind == compat.InPlace {
			c.step(e, s)
		}
	}
}

func (c *checker) removed(e *compat.EventResult, j *compat.Judgement) {
	what := e.Wire
	if j.Rule.ID != "event-removed" && j.Rule.ID != "event-renamed" {
		what += " " + j.Old.Text // the version, or the former name
	}
	d := diag.Diagnostic{
		Rule: "released-version-removed", Severity: diag.Error, Span: j.New.Span,
		Message: fmt.Sprintf("%s was released, and %s", what, j.Rule.Title),
		Help:    "bring it back; `retired: true` stops an event from being produced, `was:` keeps its old name",
	}
	if !j.Old.Span.IsZero() {
		d.Related = []diag.Related{{Span: j.Old.Span, Message: "it was released like this"}}
	}
	c.found = append(c.found, d)
}

// maxDifferences bounds how many differences a message names.
const maxDifferences = 3

func (c *checker) step(e *compat.EventResult, s *compat.Step) {
	var differences []string
	at, was := source.Span{}, source.Span{}
	for _, j := range s.Changes {
		if !j.Rule.ChangesShape() || j.Repeats != nil {
			continue
		}
		if at.IsZero() {
			at, was = j.Site(), j.Old.Span
		}
		what := j.Rule.Title
		if j.Path != "" {
			what = fmt.Sprintf("%q: %s", j.Path, what)
		}
		differences = append(differences, what)
	}
	if len(differences) == 0 {
		return
	}
	if more := len(differences) - maxDifferences; more > 0 {
		differences = append(differences[:maxDifferences], fmt.Sprintf("and %d more", more))
	}
	c.edited(e, at, was, fmt.Sprintf("v%d differs: %s", s.To.Version.Number, strings.Join(differences, "; ")), "")
}

func (c *checker) edited(e *compat.EventResult, at, was source.Span, what, help string) {
	c.found = append(c.found, diag.Diagnostic{
		Rule: "released-version-edited", Severity: diag.Error, Span: at,
		Message: fmt.Sprintf("%s was released, and %s", e.Wire, what),
		Help:    cmp.Or(help, "put it back as it was, and make the change in a new version: evgen evolve "+e.Name),
		Related: []diag.Related{{Span: was, Message: "it was released like this"}},
	})
}

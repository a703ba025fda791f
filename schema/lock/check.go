package lock

import (
	"bytes"
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
	writers := map[string]func() []byte{}
	for v := range released(m) {
		writers[string(Event)+" "+eventID(v)] = func() []byte { return eventShape(v) }
	}
	for _, p := range m.Packages {
		for _, t := range p.Types {
			for _, v := range t.Versions {
				e := &Entry{Package: p.Name, Name: t.Name, Version: v.Number}
				writers[string(Type)+" "+e.ID()] = func() []byte { return typeShape(v) }
			}
		}
	}
	var differs atomic.Bool
	parallel.Each(len(l.Entries), func(i int) {
		e := l.Entries[i]
		write := writers[string(e.Kind)+" "+e.ID()]
		if !differs.Load() && (write == nil || !bytes.Equal(write(), e.Shape)) {
			differs.Store(true)
		}
	})
	return !differs.Load()
}

type checker struct {
	lock  *Lock
	found []diag.Diagnostic
}

// gone are the changes by which a released version is no longer there.
var gone = map[string]bool{"event-removed": true, "event-renamed": true, "version-removed": true, "version-withdrawn": true, "former-name-removed": true}

// fixed are the changes of an event as a whole that its released versions do not allow.
var fixed = map[string]bool{
	"aggregate-changed": true, "partition-key-changed": true, "aggregate-id-type-changed": true, "upcast-changed": true,
}

func (c *checker) event(e *compat.EventResult) {
	for _, j := range e.Changes {
		switch {
		case gone[j.Rule.ID]:
			c.removed(e, j)
		case fixed[j.Rule.ID]:
			c.edited(e, j.New.Span, j.Old.Span, j.Rule.Title)
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
	if strings.HasPrefix(j.Old.Text, "v") && j.Rule.ID != "event-removed" {
		what += " " + j.Old.Text
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
		if !j.Rule.ChangesShape() {
			continue
		}
		if at.IsZero() {
			at, was = j.New.Span, j.Old.Span
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
	c.edited(e, at, was, fmt.Sprintf("v%d differs: %s", s.To.Version.Number, strings.Join(differences, "; ")))
}

func (c *checker) edited(e *compat.EventResult, at, was source.Span, what string) {
	c.found = append(c.found, diag.Diagnostic{
		Rule: "released-version-edited", Severity: diag.Error, Span: at,
		Message: fmt.Sprintf("%s was released, and %s", e.Wire, what),
		Help:    fmt.Sprintf("put it back as it was, and make the change in a new version: evgen evolve %s", e.Name),
		Related: []diag.Related{{Span: was, Message: "it was released like this"}},
	})
}

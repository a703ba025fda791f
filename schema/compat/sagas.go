package compat

import (
	"fmt"
	"slices"
	"strings"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/source"
)

// diffSagas compares processes that may be under way. A saga that is new harms none.
func diffSagas(old, new *model.Model) []Change {
	if old == nil {
		return nil
	}
	var out []Change
	for _, p := range old.Packages {
		for _, was := range p.Sagas {
			name := p.Name + "." + was.Name
			if now := sagaOf(new, p.Name, was.Name); now != nil {
				out = append(out, diffSaga(name, was, now)...)
				continue
			}
			out = append(out, Change{Kind: "saga-removed", Element: name, Old: Place{Span: was.Span, Text: name}, New: Place{Span: packageSpan(new, p.Name)}})
		}
	}
	return out
}

// sagaOf returns a saga of a model, nil if there is none of the name.
func sagaOf(m *model.Model, in, name string) *model.Saga {
	if m == nil {
		return nil
	}
	for _, p := range m.Packages {
		i := slices.IndexFunc(p.Sagas, func(s *model.Saga) bool { return s.Name == name })
		if p.Name == in && i >= 0 {
			return p.Sagas[i]
		}
	}
	return nil
}

func diffSaga(name string, old, new *model.Saga) []Change {
	var out []Change
	report := func(k Kind, step string, oldAt, newAt Place) {
		out = append(out, Change{Kind: k, Element: name, Path: step, Old: oldAt, New: newAt})
	}
	if old.Start.Wire != new.Start.Wire {
		report("saga-start-changed", "", Place{Span: old.Span, Text: old.Start.Wire}, Place{Span: new.Span, Text: new.Start.Wire})
	}
	if o, n := operandText(old.Correlate), operandText(new.Correlate); o != n {
		report("saga-key-changed", "", Place{Span: old.Span, Text: o}, Place{Span: new.Span, Text: n})
	}
	before, after := stepNames(old), stepNames(new)
	was, is := Place{Span: old.Span, Text: strings.Join(before, ", ")}, Place{Span: new.Span, Text: strings.Join(after, ", ")}
	switch {
	case len(after) < len(before) || !slices.Equal(before, after[:len(before)]):
		report("saga-steps-changed", "", was, is)
	case len(after) > len(before):
		report("saga-steps-appended", "", was, is)
	}
	for _, step := range new.Steps {
		if i := slices.Index(before, step.Name); i >= 0 {
			out = append(out, diffAwaited(name, old.Steps[i], step)...)
		}
	}
	return out
}

func stepNames(s *model.Saga) []string {
	names := make([]string, len(s.Steps))
	for i, step := range s.Steps {
		names[i] = step.Name
	}
	return names
}

// diffAwaited compares which events two versions of a step wait for, and by what keys.
func diffAwaited(name string, old, new *model.SagaStep) []Change {
	var out []Change
	before, after := awaitedBy(old), awaitedBy(new)
	for _, a := range after {
		c := Change{Kind: "saga-await-added", Element: name, Path: new.Name, Old: Place{Span: old.Span}, New: Place{Span: a.span, Text: a.text()}}
		if was := a.among(before); was != nil {
			if c.Old = (Place{Span: was.span, Text: was.text()}); was.key == a.key {
				continue
			}
			c.Kind = "saga-key-changed"
		}
		out = append(out, c)
	}
	for _, b := range before {
		if b.among(after) == nil {
			out = append(out, Change{Kind: "saga-await-removed", Element: name, Path: new.Name, Old: Place{Span: b.span, Text: b.text()}, New: Place{Span: new.Span}})
		}
	}
	return out
}

// awaited is an event that a step waits for: "await payments.PaymentReceived" by "order".
type awaited struct {
	event, key string
	span       source.Span
}

func awaitedBy(s *model.SagaStep) []awaited {
	var out []awaited
	for _, a := range s.Await {
		out = append(out, awaited{"await " + a.Event.Wire, operandText(a.Key), a.Span})
	}
	for _, a := range s.Refuse {
		out = append(out, awaited{"refuse " + a.Event.Wire, operandText(a.Key), a.Span})
	}
	return out
}

func (a *awaited) text() string { return a.event + " by " + a.key }

// among returns the one of others that is of the same event, or nil.
func (a *awaited) among(others []awaited) *awaited {
	i := slices.IndexFunc(others, func(o awaited) bool { return o.event == a.event })
	if i < 0 {
		return nil
	}
	return &others[i]
}

// sagaFinding is what people should know of a change of a saga.
func sagaFinding(j *Judgement) Finding {
	d := diag.Diagnostic{Rule: j.Rule.ID, Severity: j.Rule.Severity, Span: j.New.Span, Message: j.Element + ": " + j.Rule.Title}
	if j.Path != "" {
		d.Message = fmt.Sprintf("step %q of %s: %s", j.Path, j.Element, j.Rule.Title)
	}
	if change := valueChange(j); change != "" && change != j.Element {
		d.Message += " (" + change + ")"
	}
	if j.Rule.Severity > diag.Info {
		d.Help = fmt.Sprintf("evgen sagas list --saga %s shows which are under way: let the old program finish or cancel them first", j.Element)
	}
	if !j.Old.Span.IsZero() {
		d.Related = []diag.Related{{Span: j.Old.Span, Message: "it was here"}}
	}
	return Finding{Diagnostic: d, Element: below(j.Element, j.Path)}
}

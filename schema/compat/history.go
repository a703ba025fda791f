package compat

import (
	"slices"

	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/source"
)

// steps lists what became of each version, and how each became the next.
func (c *comparison) steps(p eventPair) []*Step {
	if p.new == nil {
		return nil
	}
	var out []*Step
	for _, v := range p.new.Versions {
		if before := p.new.Version(v.Number - 1); before != nil {
			out = append(out, c.next(p, before, v))
		}
		if p.old == nil {
			continue
		}
		if was := p.old.Version(v.Number); was != nil {
			if s := c.inPlace(was, v); s != nil {
				out = append(out, s)
			}
		}
	}
	return out
}

func (c *comparison) next(p eventPair, before, v *model.EventVersion) *Step {
	known := p.old == nil || p.old.Version(v.Number) != nil
	s := &Step{From: Stage{before, New}, To: Stage{v, New}, Kind: Next, New: !known}
	c.judge(s, c.differ.versions(before, v, eventChain(before, v)))
	c.cure(s)
	return s
}

// inPlace judges an edit of a version, nil if there is none. A draft may be edited.
func (c *comparison) inPlace(was, v *model.EventVersion) *Step {
	changes := c.differ.versions(was, v, nil)
	if len(changes) == 0 {
		return nil
	}
	s := &Step{From: Stage{was, Old}, To: Stage{v, New}, Kind: InPlace, New: true}
	c.judge(s, changes)
	if was.Draft {
		for _, j := range s.Changes {
			j.Decoding, j.Validating = Outcomes{}, Outcomes{}
		}
		s.Verdicts = full
	}
	c.prove(s)
	return s
}

// noteRepeats marks edits of a shared type that more than one version of the event has: they are one edit.
func (e *EventResult) noteRepeats() {
	type edit struct {
		kind     Kind
		via      string
		old, new source.Span
	}
	first := map[edit]*Judgement{}
	for _, s := range e.Steps {
		for _, j := range s.Changes {
			if s.Kind != InPlace || j.Via == "" {
				continue
			}
			key := edit{j.Kind, j.Via, j.Old.Span, j.New.Span}
			if j.Repeats = first[key]; j.Repeats == nil {
				first[key] = j
			}
		}
	}
}

func (c *comparison) judge(s *Step, changes []Change) {
	for _, change := range changes {
		s.Changes = append(s.Changes, judge(change, c.opts.Readers))
	}
	acquit(s)
	s.Verdicts = verdictsOf(s.Changes)
}

// missingUpcast is what is wrong with a step that has no upcast. It comes first among the changes of the step.
const missingUpcast Kind = "upcaster-missing"

// cure takes account of the upcast of a step: resolving has seen to it that it is whole, unless the caller knows better.
// Without one the shapes alone decide whether old facts can be read as new ones.
func (c *comparison) cure(s *Step) {
	v := s.To.Version
	s.Lacks = c.opts.Missing != nil && c.opts.Missing(v.Event.Wire, v.Number)
	switch {
	case !s.Lacks:
		for _, j := range s.Changes {
			j.Cured = true
		}
	case !s.Verdicts.Decoding.Backward:
		missing := Change{Kind: missingUpcast, Element: v.Event.Wire, From: s.From.Version.Number, To: v.Number, Old: at(s.From.Version), New: at(v)}
		s.Changes = append([]*Judgement{judge(missing, c.opts.Readers)}, s.Changes...)
	}
	s.Verdicts = verdictsOf(s.Changes)
	c.prove(s)
}

func (c *comparison) prove(s *Step) {
	if c.opts.Proofs == ProveAll || c.opts.Proofs == ProveNew && s.New {
		c.prover.step(s)
	}
}

// sumUp makes the verdicts of an event from those of its steps and of its distant versions.
func (c *comparison) sumUp(e *EventResult) {
	own := verdictsOf(e.Changes)
	e.Pairwise, e.Transitive = own, own
	differ := false
	for _, s := range e.Steps {
		differ = differ || s.New
	}
	for _, s := range e.Steps {
		if s.To.Version.Draft {
			continue
		}
		if s.New || !differ {
			e.Pairwise = e.Pairwise.and(s.Verdicts)
		}
		e.Transitive = e.Transitive.and(s.Verdicts)
		e.witness(s)
	}
	for _, s := range c.distant(e) {
		e.Transitive = e.Transitive.and(s.Verdicts)
		e.witness(s)
	}
}

// witness keeps the first pair that breaks something for decoding readers.
func (e *EventResult) witness(s *Step) {
	if e.Witness == nil && s.Verdicts.Decoding != full.Decoding {
		e.Witness = s
	}
}

// distant judges every two stages that are no neighbours. Replay goes through the upcasts between them, which the
// steps have judged, so that only forward counts for readers that decode.
func (c *comparison) distant(e *EventResult) []*Step {
	stages := stagesOf(e)
	var out []*Step
	for i, from := range stages {
		for _, to := range stages[i+1:] {
			if from.Version.Number == to.Version.Number || neighbours(from, to) {
				continue
			}
			s := &Step{From: from, To: to, Kind: Distant, New: from.Model == Old}
			changes := c.differ.versions(from.Version, to.Version, eventChain(from.Version, to.Version))
			c.judge(s, append(changes, readded(from.Version, to.Version, changes)...))
			for _, j := range s.Changes {
				j.Cured = true
			}
			s.Verdicts = verdictsOf(s.Changes)
			if e.Witness == nil {
				c.prove(s)
			}
			out = append(out, s)
		}
	}
	e.noteReadded(out)
	return out
}

// stagesOf lists the released versions in the order of history. An old version that is as it was is not listed twice.
func stagesOf(e *EventResult) []Stage {
	if e.pair.new == nil {
		return nil
	}
	edited := map[int]Stage{}
	for _, s := range e.Steps {
		if s.Kind == InPlace && !s.From.Version.Draft {
			edited[s.To.Version.Number] = s.From
		}
	}
	var out []Stage
	for _, v := range e.pair.new.Versions {
		if was, ok := edited[v.Number]; ok {
			out = append(out, was)
		}
		if !v.Draft {
			out = append(out, Stage{v, New})
		}
	}
	return out
}

// neighbours reports whether a step of the new model leads from one stage to the other.
func neighbours(from, to Stage) bool {
	return from.Model == New && to.Model == New && to.Version.Number == from.Version.Number+1
}

// readded finds the fields whose type changed while versions between lacked them.
func readded(from, to *model.EventVersion, changes []Change) []Change {
	var out []Change
	for _, c := range changes {
		if len(c.trail) != 1 || !changesType(c.Kind) {
			continue
		}
		name := c.trail[0].old.JSON
		if c.trail[0].new.JSON != name || !missesBetween(from, to, name) {
			continue
		}
		c.Kind = "field-readded"
		out = append(out, c)
	}
	return out
}

// changesType reports whether a kind of change, which both sides have a field for, is about the field's type.
func changesType(k Kind) bool {
	about := func(r Rule) bool { return r.Kind() == k && r.cells != cells{} }
	return slices.ContainsFunc(typeRules, about) || slices.ContainsFunc(formRules, about)
}

func missesBetween(from, to *model.EventVersion, name string) bool {
	for _, v := range to.Event.Versions {
		if v.Number > from.Number && v.Number < to.Number && !hasWireName(v.Struct, name) {
			return true
		}
	}
	return false
}

func hasWireName(s *model.Struct, name string) bool { return byWireName(s, name) != nil }

// noteReadded reports fields that came back at the step that brought them back.
func (e *EventResult) noteReadded(distant []*Step) {
	for _, s := range distant {
		for _, j := range s.Changes {
			if j.Kind != "field-readded" {
				continue
			}
			for _, last := range e.Steps {
				if last.Kind == Next && last.To.Version == s.To.Version {
					last.Changes = append(last.Changes, j)
				}
			}
		}
	}
}

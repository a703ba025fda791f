package compat

import (
	"github.com/evgen/evgen/schema/model"
)

// Level is the compatibility that an event has to keep.
type Level uint8

// The levels. What a level demands is an error where it is missing; what it does not demand is a warning, or nothing
// at LevelNone.
const (
	LevelBackward Level = iota // stored facts can be replayed
	LevelFull                  // and consumers one or more versions behind read new facts
	LevelForward               // only the latter
	LevelNone
)

// Options steer a comparison. The zero Options are the defaults of evgen.
type Options struct {
	Readers Readers
	// Level says what an event has to keep; nil demands LevelBackward of all.
	Level func(*model.Event) Level
	// Missing says which steps of the new model have no upcast, by wire type and version; nil: every step has one.
	Missing func(wire string, version int) bool
	// Proofs says for which breaks payloads are looked for.
	Proofs Proofs
}

// Proofs says for which breaks payloads are looked for.
type Proofs uint8

// The choices.
const (
	ProveNew  Proofs = iota // breaks by what differs between the models
	ProveAll                // and breaks by steps that both models have
	ProveNone               // none, which is fastest
)

// Result is what a comparison found.
type Result struct {
	Events      []*EventResult // in the order of the new model, then those that are gone
	Projections []*Judgement
	Sagas       []*Judgement
}

// EventResult is what became of one event.
type EventResult struct {
	Wire, Package, Name string
	Versions            []int // of the new model, or of the old one if the event is gone
	Consumers           []string
	Level               Level

	Changes []*Judgement // of the event as a whole
	Steps   []*Step      // edits in place and steps to the next version, in the order of history

	Pairwise   Verdicts // over the steps that differ between the models; over all if none does
	Transitive Verdicts // over every pair of versions
	Witness    *Step    // the first pair that breaks: a step, or two versions that are no neighbours; nil if none does
	Advice     Advice
	Became     *EventResult // of an event that is gone: the new event that it seems to have become; nil where none does

	pair eventPair
}

// Step is two versions of which one comes after the other.
type Step struct {
	From, To Stage
	Kind     StepKind
	New      bool // the models differ in it
	Lacks    bool // no upcast leads from the one to the other, by Options.Missing
	Changes  []*Judgement
	Verdicts Verdicts
}

// Stage is a version as one of the models has it.
type Stage struct {
	Version *model.EventVersion
	Model   Side
}

// Side names a model.
type Side uint8

// The sides.
const (
	Old Side = iota
	New
)

func (s Side) String() string { return [...]string{"old", "new"}[s] }

// StepKind says how two versions of a step belong together.
type StepKind uint8

// The kinds of steps.
const (
	InPlace StepKind = iota // one version, edited
	Next                    // a version and the next
	Distant                 // versions with others between them
)

func (k StepKind) String() string { return [...]string{"in-place", "next", "distant"}[k] }

// Compare judges everything that differs between two models, and the whole history of each event. It does not fail,
// reads no file, and takes time and memory in proportion to the size of the models.
func Compare(old, new *model.Model, opts Options) *Result {
	c := &comparison{opts: opts, differ: newDiffer(), prover: newProver(opts.Readers), consumers: consumersOf(new)}
	r := &Result{}
	for _, p := range pairEvents(old, new) {
		r.Events = append(r.Events, c.event(p))
	}
	for _, change := range diffProjections(old, new) {
		r.Projections = append(r.Projections, judge(change, opts.Readers))
	}
	for _, change := range diffSagas(old, new) {
		r.Sagas = append(r.Sagas, judge(change, opts.Readers))
	}
	r.noteRenames()
	for _, e := range r.Events {
		anchor(e, new)
	}
	return r
}

// anchor gives what was said about a missing event a place in the files that are there.
func anchor(e *EventResult, new *model.Model) {
	if e.pair.new != nil {
		return
	}
	for _, j := range e.Changes {
		j.New.Span = packageSpan(new, e.pair.old.Package.Name)
	}
}

type comparison struct {
	opts      Options
	differ    *differ
	prover    *prover
	consumers map[string][]string
}

// consumersOf lists who reads each wire type.
func consumersOf(m *model.Model) map[string][]string {
	out := map[string][]string{}
	if m == nil {
		return out
	}
	for _, p := range m.Packages {
		for _, c := range p.Consumers {
			for _, e := range c.Reads {
				out[e.Wire] = append(out[e.Wire], c.Name)
			}
		}
	}
	return out
}

func (c *comparison) event(p eventPair) *EventResult {
	shown := p.new
	if shown == nil {
		shown = p.old
	}
	e := &EventResult{Wire: shown.Wire, Package: shown.Package.Name, Name: shown.Name, Consumers: c.consumers[shown.Wire], pair: p}
	for _, v := range shown.Versions {
		e.Versions = append(e.Versions, v.Number)
	}
	if c.opts.Level != nil {
		e.Level = c.opts.Level(shown)
	}
	for _, change := range c.differ.event(p) {
		e.Changes = append(e.Changes, judge(change, c.opts.Readers))
	}
	e.forgiveUnreleased()
	e.Steps = c.steps(p)
	e.noteRepeats()
	c.sumUp(e)
	e.Advice = advise(e)
	return e
}

// forgiveUnreleased takes breaks back where nothing was ever released.
func (e *EventResult) forgiveUnreleased() {
	if e.pair.old == nil || !e.pair.old.Latest().Draft {
		return
	}
	for _, j := range e.Changes {
		j.Decoding, j.Validating = Outcomes{}, Outcomes{}
	}
}

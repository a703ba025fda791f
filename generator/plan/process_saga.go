package plan

import (
	"fmt"

	"github.com/evgen/evgen/schema/goname"
	"github.com/evgen/evgen/schema/model"
)

// Saga is a process of steps.
type Saga struct {
	*Emitter
	Model  *model.Saga
	ID     string
	Start  *Event
	Steps  string // interface: "OnboardingSteps"
	Run    string // what its methods are given: "OnboardingRun"
	New    string
	File   string
	List   []*SagaStep
	Digest string
}

// SagaStep is a step, with the methods that it has.
type SagaStep struct {
	Model         *model.SagaStep
	Do            string // "" if the step consists of waiting
	Undo          string // "" if there is nothing to undo
	Await, Refuse []*Awaited
}

// Awaited is an event that a step waits for.
type Awaited struct {
	Model *model.Awaited
	Event *Event
}

func (b *builder) saga(p *Package, m *model.Saga) *Saga {
	name := firstText(m.GoName, goname.Exported(m.Name))
	g := &Saga{
		Emitter: emitter(name, SagaPath), Model: m, ID: processID(p, m.Name), Start: b.index.versions[m.Start.Latest()].Event,
		Steps: name + "Steps", Run: name + "Run", New: "New" + name, File: goname.Snake(name) + "_saga.gen.go", Digest: sagaDigest(m),
	}
	for _, step := range m.Steps {
		g.List = append(g.List, b.sagaStep(step))
	}
	return g
}

func (b *builder) sagaStep(m *model.SagaStep) *SagaStep {
	step := &SagaStep{Model: m, Undo: goname.Exported(m.Compensate), Await: b.awaited(m.Await), Refuse: b.awaited(m.Refuse)}
	if !m.Waits {
		step.Do = goname.Exported(m.Name)
	}
	return step
}

func (b *builder) awaited(list []*model.Awaited) []*Awaited {
	var out []*Awaited
	for _, a := range list {
		out = append(out, &Awaited{a, b.index.versions[a.Event.Latest()].Event})
	}
	return out
}

// sagaDigest identifies what a saga does in which order. Timeouts and retries may change while sagas are under way.
func sagaDigest(m *model.Saga) string {
	d := &digester{}
	d.line("start", m.Start.Wire)
	d.operand("correlate", m.Correlate)
	for _, step := range m.Steps {
		d.line("step", step.Name, step.Waits, step.Compensate)
		for _, a := range step.Await {
			d.line("await", a.Event.Wire)
			d.operand("key", a.Key)
		}
		for _, a := range step.Refuse {
			d.line("refuse", a.Event.Wire)
			d.operand("key", a.Key)
		}
	}
	return JoinDigests(d.String())
}

// checkSteps reports steps whose methods would have one name.
func (b *builder) checkSteps(g *Saga) {
	s := newScope("interface "+g.Steps, nil)
	for _, step := range g.List {
		own := owner{fmt.Sprintf("step %q", step.Model.Name), step.Model.Span}
		for _, method := range []string{step.Do, step.Undo} {
			if method != "" {
				s.claim(b.rep, method, own, "rename the step or its compensation")
			}
		}
	}
}

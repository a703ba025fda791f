package compat

import "github.com/evgen/evgen/schema/source"

// Readers is the reader model: what consumers other than validators refuse.
type Readers struct {
	Unknown UnknownFields
	Enums   UnknownValues
}

// UnknownFields is what readers do with fields that they do not know.
type UnknownFields uint8

// Tolerant readers skip unknown fields unless the object says `unknown: reject`; strict ones refuse them everywhere.
const (
	Tolerant UnknownFields = iota
	Strict
)

// UnknownValues is what readers do with values that an enum does not name.
type UnknownValues uint8

// Open readers keep unknown values; closed ones refuse them in every enum, whatever the schema says of it.
const (
	Open UnknownValues = iota
	Closed
)

// Judgement is a change and what it does. The outcomes are those of the change itself; Cured says whether an upcast
// mends what it does to replay.
type Judgement struct {
	Change
	Rule       *Rule
	Decoding   Outcomes
	Validating Outcomes
	Cured      bool     // the backward break of decoding readers is mended by the upcast of the step
	Backward   *Witness // a stored fact that breaks, nil if none was found or looked for
	Forward    *Witness // a new fact that breaks an older consumer

	// Repeats is the same edit of a shared type in an older version of the event; nil for all else.
	Repeats *Judgement
}

// Site is where the event has the change, in the new model: the field through which it reaches the shared type that
// changed, or the place of the change itself.
func (j *Judgement) Site() source.Span {
	if j.Via == "" || len(j.trail) == 0 || j.trail[0].new == nil {
		return j.New.Span
	}
	return j.trail[0].new.Span
}

// Outcomes are what a change does in both directions.
type Outcomes struct{ Backward, Forward Outcome }

// Replay is what the change does to replay, after the upcast.
func (j *Judgement) Replay() Outcome {
	if j.Cured && j.Decoding.Backward == Breaks {
		return Safe
	}
	return j.Decoding.Backward
}

// judge looks a change up in the table.
func judge(c Change, r Readers) *Judgement {
	rule := ruleOf(c.Kind)
	return &Judgement{
		Change: c, Rule: rule,
		Decoding: Outcomes{
			Backward: rule.cells.backward.judge(r.decoding(c.New)),
			Forward:  rule.cells.forward.judge(r.decoding(c.Old)),
		},
		Validating: Outcomes{
			Backward: rule.cells.validatingBackward.judge(validating(c.Old, c.New)),
			Forward:  rule.cells.validatingForward.judge(validating(c.New, c.Old)),
		},
	}
}

func (r Readers) decoding(p Place) reader {
	return reader{rejects: p.Rejects || r.Unknown == Strict, closed: r.Enums == Closed, optional: p.Optional}
}

// validating is the reader of one place that validates what the writer of another wrote.
func validating(writer, p Place) reader {
	return reader{rejects: p.Rejects, closed: p.Closed, optional: p.Optional, claimed: writer.Claimed, fits: writer.Fits}
}

// Verdict sums up both directions.
type Verdict struct{ Backward, Forward bool }

// String is FULL, BACKWARD, FORWARD or NONE.
func (v Verdict) String() string {
	switch {
	case v.Backward && v.Forward:
		return "FULL"
	case v.Backward:
		return "BACKWARD"
	case v.Forward:
		return "FORWARD"
	}
	return "NONE"
}

func (v Verdict) and(w Verdict) Verdict {
	return Verdict{v.Backward && w.Backward, v.Forward && w.Forward}
}

// Verdicts are the verdicts of both kinds of readers.
type Verdicts struct{ Decoding, Validating Verdict }

var full = Verdicts{Verdict{true, true}, Verdict{true, true}}

func (v Verdicts) and(w Verdicts) Verdicts {
	return Verdicts{v.Decoding.and(w.Decoding), v.Validating.and(w.Validating)}
}

// verdicts are those of one judgement.
func (j *Judgement) verdicts() Verdicts {
	return Verdicts{
		Verdict{j.Replay() != Breaks, j.Decoding.Forward != Breaks},
		Verdict{j.Validating.Backward != Breaks, j.Validating.Forward != Breaks},
	}
}

func verdictsOf(js []*Judgement) Verdicts {
	out := full
	for _, j := range js {
		out = out.and(j.verdicts())
	}
	return out
}

package compat

import (
	"fmt"
	"slices"
	"strings"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/source"
)

// Finding is a diagnostic and the stable path of what it is about: "memory.MemoryCreated@2.text".
type Finding struct {
	diag.Diagnostic
	Element string
	Lacking *model.EventVersion // the version to which no upcast leads, where that is the finding; nil for all else
}

// Findings lists what people should know of a comparison: what differs between the models and harms somebody, or is
// worth a look. What both models have in common is not reported again. Each finding stands at a place of the new model,
// also where something is gone; the edit of a shared type stands at each event that it reaches, once. A step without an
// upcast is one finding, with what breaks for want of it as related places.
func (r *Result) Findings() []Finding {
	var out []Finding
	for _, e := range r.Events {
		out = append(out, e.findings()...)
	}
	for _, j := range r.Projections {
		out = append(out, Finding{Diagnostic: projectionFinding(j), Element: below(j.Element, j.Path)})
	}
	for _, j := range r.Sagas {
		out = append(out, sagaFinding(j))
	}
	return out
}

func (e *EventResult) findings() []Finding {
	var out []Finding
	for _, j := range e.Changes {
		out = append(out, e.finding(nil, j))
	}
	for _, s := range e.Steps {
		if s.New {
			out = append(out, e.stepFindings(s)...)
		}
	}
	return out
}

func (e *EventResult) stepFindings(s *Step) []Finding {
	var out []Finding
	lacking := -1 // where the finding stands that the step has no upcast
	for _, j := range s.Changes {
		switch {
		case j.Repeats != nil:
		case j.Kind == missingUpcast:
			lacking = len(out)
			out = append(out, e.finding(s, j))
			out[lacking].Lacking = s.To.Version
		case lacking >= 0 && j.Replay() != Safe:
			out[lacking].note(e.note(j))
		default:
			out = append(out, e.finding(s, j))
		}
	}
	return out
}

// note adds related places. One payload may break by several changes.
func (f *Finding) note(places []diag.Related) {
	for _, r := range places {
		if !slices.Contains(f.Related, r) {
			f.Related = append(f.Related, r)
		}
	}
}

// note is a change that has no finding of its own.
func (e *EventResult) note(j *Judgement) []diag.Related {
	return append([]diag.Related{{Span: j.Site(), Message: e.message(j)}}, evidence(j)...)
}

func (e *EventResult) finding(s *Step, j *Judgement) Finding {
	d := diag.Diagnostic{
		Rule: j.Rule.ID, Severity: e.severity(j), Span: j.Site(),
		Message: e.message(j), Help: e.help(s, j),
	}
	if j.Site() != j.New.Span {
		d.Related = append(d.Related, diag.Related{Span: j.New.Span, Message: j.Via + " differs here"})
	}
	if !j.Old.Span.IsZero() && j.Old.Span != j.New.Span {
		d.Related = append(d.Related, diag.Related{Span: j.Old.Span, Message: "it was here"})
	}
	d.Related = append(d.Related, evidence(j)...)
	return Finding{Diagnostic: d, Element: e.Element(j)}
}

// evidence is the payloads that break readers which decode. Those for validators stand in the JSON.
func evidence(j *Judgement) []diag.Related {
	var out []diag.Related
	for _, w := range []struct {
		witness *Witness
		outcome Outcome
	}{{j.Backward, j.Replay()}, {j.Forward, j.Decoding.Forward}} {
		if w.witness != nil && w.outcome == Breaks {
			out = append(out, diag.Related{Span: w.witness.Reader.Version.Span, Message: w.witness.String()})
		}
	}
	return out
}

// String says what happens to the payload, on one line.
func (w *Witness) String() string {
	outcome := w.Refusal
	if outcome == "" {
		outcome = w.Misread
	}
	return fmt.Sprintf("v%d writes %s; v%d: %s", w.Writer.Version.Number, shortened(w.Payload), w.Reader.Version.Number, outcome)
}

// maxShown bounds payloads in messages.
const maxShown = 160

func shortened(payload []byte) string {
	if len(payload) <= maxShown {
		return string(payload)
	}
	return strings.ToValidUTF8(string(payload[:maxShown]), "") + "..."
}

// severities of breaks, by what is demanded.
var severities = map[Level]struct{ backward, forward diag.Severity }{
	LevelBackward: {diag.Error, diag.Warning},
	LevelFull:     {diag.Error, diag.Error},
	LevelForward:  {diag.Warning, diag.Error},
	LevelNone:     {diag.Info, diag.Info},
}

// severity is the worst of what a change does. Changes that break nobody are worth a look at most, unless their rule
// says that they are an error.
func (e *EventResult) severity(j *Judgement) diag.Severity {
	demanded := severities[e.Level]
	replay, forward := j.Replay(), j.Decoding.Forward
	switch {
	case replay == Breaks && forward == Breaks:
		return max(demanded.backward, demanded.forward)
	case replay == Breaks:
		return demanded.backward
	case forward == Breaks:
		return demanded.forward
	case replay == Safe && forward == Safe, e.Level == LevelNone:
		return diag.Info
	}
	return max(j.Rule.Severity, diag.Warning)
}

func (e *EventResult) message(j *Judgement) string {
	where := j.Element
	if j.Path != "" {
		where = fmt.Sprintf("%q of %s", j.Path, j.Element)
	}
	switch {
	case j.From != j.To:
		where += fmt.Sprintf(" v%d to v%d", j.From, j.To)
	case j.To > 0:
		where += fmt.Sprintf(" v%d", j.To)
	}
	if j.Via != "" {
		where += ", through " + j.Via
	}
	msg := where + ": " + j.Rule.Title
	if change := valueChange(j); change != "" {
		msg += " (" + change + ")"
	}
	return msg + e.consequence(j)
}

// valueChange is the values of both sides, where they are short.
func valueChange(j *Judgement) string {
	old, new := oneLine(j.Old.Text), oneLine(j.New.Text)
	switch {
	case old == new:
		return old
	case old == "":
		return new
	case new == "":
		return "was " + old
	}
	return old + " to " + new
}

func oneLine(s string) string {
	if strings.Contains(s, "\n") || len(s) > maxShown {
		return ""
	}
	return s
}

func (e *EventResult) consequence(j *Judgement) string {
	var parts []string
	if j.Replay() == Breaks {
		parts = append(parts, "stored facts break")
	}
	if j.Decoding.Forward == Breaks {
		readers := "consumers of older versions break"
		if len(e.Consumers) > 0 {
			readers = "consumers of older versions break: " + strings.Join(e.Consumers, ", ")
		}
		parts = append(parts, readers)
	}
	if len(parts) == 0 {
		return ""
	}
	return "; " + strings.Join(parts, "; ")
}

// help names the cheapest way out.
func (e *EventResult) help(s *Step, j *Judgement) string {
	switch {
	case j.Kind == "event-removed" && e.Became != nil:
		return fmt.Sprintf("if it became %s, add `was: %s` there; else bring it back with `retired: true`", e.Became.Name, e.Wire)
	case j.Kind == "event-removed":
		return fmt.Sprintf("bring %s back with `retired: true`: it stays decodable and is produced no more", e.Name)
	case j.Kind == "event-renamed":
		return fmt.Sprintf("add `was: %s`", j.Old.Text)
	case j.Kind == "version-removed", j.Kind == "version-withdrawn":
		return "bring the version back as it was released"
	case j.Kind == missingUpcast:
		return fmt.Sprintf("give each new field of %s v%d an upcast rule or a default, and name in `drop:` what ends", e.Name, j.To)
	case j.Replay() == Breaks && s != nil && s.Kind == InPlace && j.Via != "":
		return fmt.Sprintf("put %s back as it was and make the change in a new version of it: evgen evolve %s", j.Via, unqualified(j.Via))
	case j.Replay() == Breaks && s != nil && s.Kind == InPlace:
		return fmt.Sprintf("put v%d back as it was and make the change in a new version: evgen evolve %s", j.To, e.Name)
	case j.Decoding.Forward == Breaks:
		return "update consumers before producers write this, or keep the old form beside the new one for a while"
	}
	return ""
}

func projectionFinding(j *Judgement) diag.Diagnostic {
	d := diag.Diagnostic{Rule: j.Rule.ID, Severity: j.Rule.Severity, Span: j.New.Span, Message: j.Element + ": " + j.Rule.Title}
	if j.Path != "" {
		d.Message = fmt.Sprintf("column %q of %s: %s", j.Path, j.Element, j.Rule.Title)
	}
	if change := valueChange(j); change != "" && change != j.Element {
		d.Message += " (" + change + ")"
	}
	if j.Decoding.Backward == Shifts && j.Table != "" {
		d.Help = fmt.Sprintf("%[1]s is built anew: the next release does it beside the live version; then evgen projections swap %[1]s", j.Table)
	}
	if j.Old.Span != (source.Span{}) {
		d.Related = []diag.Related{{Span: j.Old.Span, Message: "it was here"}}
	}
	return d
}

func unqualified(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }

// Line is the verdict of an event on one line: "memory.MemoryCreated v1..v3: BACKWARD, breaks forward at v2->v3: ...".
func (e *EventResult) Line() string {
	line := fmt.Sprintf("%s %s: %s", e.Wire, e.span(), e.Transitive.Decoding)
	for _, j := range e.Changes {
		if j.verdicts().Decoding != full.Decoding {
			return line + ", " + j.Rule.Title
		}
	}
	if e.Witness == nil {
		return line
	}
	return line + ", breaks " + directions(e.Witness.Verdicts.Decoding) + " at " + e.Witness.label() + e.Witness.first()
}

func (e *EventResult) span() string {
	first, last := e.Versions[0], e.Versions[len(e.Versions)-1]
	if first == last {
		return fmt.Sprintf("v%d", first)
	}
	return fmt.Sprintf("v%d..v%d", first, last)
}

func directions(v Verdict) string {
	switch {
	case !v.Backward && !v.Forward:
		return "both ways"
	case !v.Backward:
		return "backward"
	}
	return "forward"
}

func (s *Step) label() string {
	if s.Kind == InPlace {
		return fmt.Sprintf("v%d (edited)", s.To.Version.Number)
	}
	return fmt.Sprintf("v%d->v%d", s.From.Version.Number, s.To.Version.Number)
}

// first describes the first break of a step.
func (s *Step) first() string {
	for _, j := range s.Changes {
		if j.verdicts().Decoding == full.Decoding {
			continue
		}
		if j.Path == "" {
			return ": " + j.Rule.Title
		}
		return fmt.Sprintf(": %q, %s", j.Path, j.Rule.Title)
	}
	return ""
}

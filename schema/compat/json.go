package compat

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/evgen/evgen/schema/source"
)

// MarshalJSON writes the result in the form that docs/check-json.md describes.
func (r *Result) MarshalJSON() ([]byte, error) {
	out := jsonResult{Format: 1, Events: []jsonEvent{}, Projections: []jsonChange{}, Sagas: []jsonChange{}}
	for _, e := range r.Events {
		out.Events = append(out.Events, e.json())
	}
	for _, j := range r.Projections {
		out.Projections = append(out.Projections, j.json())
	}
	for _, j := range r.Sagas {
		out.Sagas = append(out.Sagas, j.json())
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false) // v1->v2 stays readable
	if err := enc.Encode(out); err != nil {
		return nil, fmt.Errorf("write the comparison of %d events as JSON: %w", len(r.Events), err)
	}
	return b.Bytes(), nil
}

type jsonResult struct {
	Format      int          `json:"format"`
	Events      []jsonEvent  `json:"events"`
	Projections []jsonChange `json:"projections"`
	Sagas       []jsonChange `json:"sagas"`
}

type jsonEvent struct {
	Type       string       `json:"type"`
	Package    string       `json:"package"`
	Name       string       `json:"name"`
	Versions   []int        `json:"versions"`
	Level      string       `json:"level"`
	Line       string       `json:"line"`
	Advice     Advice       `json:"advice"`
	Consumers  []string     `json:"consumers,omitempty"`
	Decoding   jsonVerdicts `json:"decoding"`
	Validating jsonVerdicts `json:"validating"`
	Witness    *jsonPair    `json:"witness,omitempty"`
	Changes    []jsonChange `json:"changes"`
	Steps      []jsonStep   `json:"steps"`
}

type jsonVerdicts struct {
	Pairwise   jsonVerdict `json:"pairwise"`
	Transitive jsonVerdict `json:"transitive"`
}

type jsonVerdict struct {
	Verdict  string `json:"verdict"`
	Backward bool   `json:"backward"`
	Forward  bool   `json:"forward"`
}

type jsonPair struct {
	Kind string    `json:"kind"`
	From jsonStage `json:"from"`
	To   jsonStage `json:"to"`
}

type jsonStage struct {
	Version int    `json:"version"`
	Model   string `json:"model"`
	Draft   bool   `json:"draft,omitempty"`
}

type jsonStep struct {
	jsonPair
	New        bool         `json:"new"`
	Decoding   jsonVerdict  `json:"decoding"`
	Validating jsonVerdict  `json:"validating"`
	Changes    []jsonChange `json:"changes"`
}

type jsonChange struct {
	Rule       string       `json:"rule"`
	Element    string       `json:"element"`
	Path       string       `json:"path"`
	Via        string       `json:"via,omitempty"`
	Directions []string     `json:"directions"`
	Decoding   jsonOutcome  `json:"decoding"`
	Validating jsonOutcome  `json:"validating"`
	Cured      bool         `json:"cured,omitempty"`
	Old        jsonPlace    `json:"old"`
	New        jsonPlace    `json:"new"`
	Witnesses  jsonEvidence `json:"witnesses,omitzero"`
}

type jsonOutcome struct {
	Backward string `json:"backward"`
	Forward  string `json:"forward"`
}

type jsonPlace struct {
	Value  string `json:"value,omitempty"`
	File   string `json:"file,omitempty"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
}

type jsonEvidence struct {
	Backward *jsonWitness `json:"backward,omitempty"`
	Forward  *jsonWitness `json:"forward,omitempty"`
}

type jsonWitness struct {
	Writer  jsonStage       `json:"writer"`
	Reader  jsonStage       `json:"reader"`
	Payload json.RawMessage `json:"payload"`
	By      string          `json:"by,omitempty"`
	Refusal string          `json:"refusal,omitempty"`
	Misread string          `json:"misread,omitempty"`
}

var levelNames = map[Level]string{LevelBackward: "backward", LevelFull: "full", LevelForward: "forward", LevelNone: "none"}

func (e *EventResult) json() jsonEvent {
	out := jsonEvent{
		Type: e.Wire, Package: e.Package, Name: e.Name, Versions: e.Versions, Level: levelNames[e.Level], Line: e.Line(),
		Advice: e.Advice, Consumers: e.Consumers, Changes: []jsonChange{}, Steps: []jsonStep{},
		Decoding:   jsonVerdicts{e.Pairwise.Decoding.json(), e.Transitive.Decoding.json()},
		Validating: jsonVerdicts{e.Pairwise.Validating.json(), e.Transitive.Validating.json()},
	}
	if e.Witness != nil {
		pair := e.Witness.json()
		out.Witness = &pair
	}
	for _, j := range e.Changes {
		out.Changes = append(out.Changes, j.json())
	}
	for _, s := range e.Steps {
		step := jsonStep{jsonPair: s.json(), New: s.New, Decoding: s.Verdicts.Decoding.json(), Validating: s.Verdicts.Validating.json(), Changes: []jsonChange{}}
		for _, j := range s.Changes {
			step.Changes = append(step.Changes, j.json())
		}
		out.Steps = append(out.Steps, step)
	}
	return out
}

func (v Verdict) json() jsonVerdict { return jsonVerdict{v.String(), v.Backward, v.Forward} }

func (s *Step) json() jsonPair { return jsonPair{s.Kind.String(), s.From.json(), s.To.json()} }

func (s Stage) json() jsonStage {
	return jsonStage{s.Version.Number, s.Model.String(), s.Version.Draft}
}

func (j *Judgement) json() jsonChange {
	return jsonChange{
		Rule: j.Rule.ID, Element: j.Element, Path: j.Path, Via: j.Via, Directions: j.directions(),
		Decoding:   jsonOutcome{j.Decoding.Backward.String(), j.Decoding.Forward.String()},
		Validating: jsonOutcome{j.Validating.Backward.String(), j.Validating.Forward.String()},
		Cured:      j.Cured && j.Decoding.Backward == Breaks,
		Old:        j.Old.json(), New: j.New.json(),
		Witnesses: jsonEvidence{j.Backward.json(), j.Forward.json()},
	}
}

// directions lists what the change breaks for readers that decode, after the upcast.
func (j *Judgement) directions() []string {
	out := []string{}
	if j.Replay() == Breaks {
		out = append(out, "backward")
	}
	if j.Decoding.Forward == Breaks {
		out = append(out, "forward")
	}
	return out
}

func (p Place) json() jsonPlace {
	out := jsonPlace{Value: p.Text}
	if !p.Span.IsZero() {
		out.File, out.Line, out.Column = position(p.Span)
	}
	return out
}

func position(s source.Span) (file string, line, column int) {
	p := s.Position()
	return p.File, p.Line, p.Column
}

func (w *Witness) json() *jsonWitness {
	if w == nil {
		return nil
	}
	return &jsonWitness{Writer: w.Writer.json(), Reader: w.Reader.json(), Payload: w.Payload, By: w.By, Refusal: w.Refusal, Misread: w.Misread}
}

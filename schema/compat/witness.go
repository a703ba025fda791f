package compat

import (
	"regexp"
	"strings"

	"github.com/evgen/evgen/schema/compat/reading"
	"github.com/evgen/evgen/schema/model"
)

// Witness is a payload that the writer's version allows and that the reader does not take as it was meant.
type Witness struct {
	Writer, Reader Stage
	Payload        []byte
	// Refusal is the error of the reader. Where it is empty the reader does not fail, and Misread says what it makes
	// of the payload.
	Refusal string
	Misread string
	// By says who refuses: "codec", the decoder of generated code; "readers", the reader model; "validator".
	By string
}

// prover looks for payloads that break.
type prover struct {
	readers  Readers
	decoders map[*model.Struct]*reading.Decoder
}

func newProver(r Readers) *prover {
	return &prover{readers: r, decoders: map[*model.Struct]*reading.Decoder{}}
}

func (p *prover) decoder(s *model.Struct) *reading.Decoder {
	d := p.decoders[s]
	if d == nil {
		d = reading.NewDecoder(s)
		p.decoders[s] = d
	}
	return d
}

// step proves the breaks of a step.
func (p *prover) step(s *Step) {
	for _, j := range s.Changes {
		if len(j.trail) == 0 && !strings.HasPrefix(string(j.Kind), "object-") {
			continue
		}
		if j.Replay() == Breaks || j.Validating.Backward == Breaks {
			j.Backward = p.search(j, s.From, s.To, j.Replay() == Breaks)
		}
		if j.Decoding.Forward == Breaks || j.Validating.Forward == Breaks {
			j.Forward = p.search(j, s.To, s.From, j.Decoding.Forward == Breaks)
		}
	}
}

// verdict is what a reader makes of a payload.
type refusal struct{ by, text string }

// search tries payloads that aim at a change. One that is refused where the change is comes before one that is
// refused elsewhere; if none is refused and the rule knows a misreading, the first payload shows that.
func (p *prover) search(j *Judgement, writer, reader Stage, decoding bool) *Witness {
	w, r := writer.Version.Struct, reader.Version.Struct
	var elsewhere, plain *Witness
	for payload := range aimed(j, writer, reader) {
		if !p.writes(w, payload, decoding) {
			continue
		}
		found := &Witness{Writer: writer, Reader: reader, Payload: payload}
		if plain == nil {
			plain = found
		}
		refused := p.refuses(r, payload, decoding)
		if refused.text == "" {
			continue
		}
		found.By, found.Refusal = refused.by, refused.text
		if hits(j, refused.text) {
			return found
		}
		if elsewhere == nil {
			elsewhere = found
		}
	}
	if elsewhere == nil && plain != nil && decoding && j.Rule.Misread != "" {
		plain.Misread = j.Rule.Misread
		return plain
	}
	return elsewhere
}

// writes reports whether a writer may have written the payload. A fact that was stored may violate a constraint; one
// that proves a break for validators may not.
func (p *prover) writes(s *model.Struct, payload []byte, decoding bool) bool {
	if _, err := p.decoder(s).Decode(payload); err != nil {
		return false
	}
	return decoding || reading.Check(s, payload, reading.Strictness{Validate: true}) == nil
}

func (p *prover) refuses(s *model.Struct, payload []byte, decoding bool) refusal {
	how, by, codec := reading.Strictness{Validate: true, Branches: true}, "validator", "validator"
	if decoding {
		how, by = reading.Strictness{Unknown: p.readers.Unknown == Strict, Enums: p.readers.Enums == Closed, Branches: true}, "readers"
		codec = "codec"
	}
	if _, err := p.decoder(s).Decode(payload); err != nil {
		return refusal{codec, strings.TrimPrefix(err.Error(), "codec: decode schema.event: ")}
	}
	if err := reading.Check(s, payload, how); err != nil {
		return refusal{by, err.Error()}
	}
	return refusal{}
}

var indexes = regexp.MustCompile(`\[[^\]]*\]|\{[^}]*\}|\([^)]*\)`)

// hits reports whether an error names the place of a change.
func hits(j *Judgement, text string) bool {
	if len(j.trail) == 0 {
		return true
	}
	flat := indexes.ReplaceAllString(text, "")
	return strings.Contains(flat, wirePath(j.trail, Old)) || strings.Contains(flat, wirePath(j.trail, New))
}

// wirePath is a trail as errors write it, without indexes.
func wirePath(t trail, side Side) string {
	var names []string
	for _, h := range t {
		if h.kind == intoField {
			names = append(names, fieldOn(h, side).JSON)
		}
	}
	return strings.Join(names, ".")
}

// fieldOn is the field of one side of a hop, or of the other if there is none.
func fieldOn(h hop, side Side) *model.Field {
	if side == Old && h.old != nil || h.new == nil {
		return h.old
	}
	return h.new
}

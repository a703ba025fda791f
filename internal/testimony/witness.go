package testimony

import "github.com/evgen/evgen/runtime"

// Outcome is what a writer was told of an event.
type Outcome uint8

// The outcomes. Who was told nothing must find the event once or not at all.
const (
	Unknown Outcome = iota
	Written
	Refused
)

// Witness notes what one writer intended, and what it was told. It is used by one
// goroutine at a time.
type Witness struct {
	writer int
	claims []claim
	units  int
}

// claim is about the event whose number is its index.
type claim struct {
	unit    int
	stream  string
	outcome Outcome
	// version and position are 0 where they are not known.
	version  runtime.StreamVersion
	position runtime.Position
}

// NewWitness is that of a writer, whose number no other has.
func NewWitness(writer int) *Witness { return &Witness{writer: writer} }

// Writer returns the number of the writer.
func (w *Witness) Writer() int { return w.writer }

// Unit is what is written as a whole or not at all: an append, or a transaction.
type Unit struct {
	witness *Witness
	number  int
	parts   []*Part
}

// Begin begins a unit. Until it is settled its outcome is unknown.
func (w *Witness) Begin() *Unit {
	w.units++
	return &Unit{witness: w, number: w.units}
}

// Part is one append of a unit.
type Part struct {
	witness *Witness
	stream  runtime.StreamID
	first   int
	size    int
	refused bool
}

// Intend notes that n events are about to be appended to stream.
func (u *Unit) Intend(stream runtime.StreamID, n int) *Part {
	w := u.witness
	p := &Part{witness: w, stream: stream, first: len(w.claims), size: n}
	for range n {
		w.claims = append(w.claims, claim{unit: u.number, stream: stream.String()})
	}
	u.parts = append(u.parts, p)
	return p
}

// First returns the number of the first event.
func (p *Part) First() int { return p.first }

// Stream returns where the events go.
func (p *Part) Stream() runtime.StreamID { return p.stream }

// Events returns the events to append.
func (p *Part) Events() []runtime.Event {
	events := make([]runtime.Event, p.size)
	for i := range events {
		events[i] = Mark{Writer: p.witness.writer, Number: p.first + i}
	}
	return events
}

// At notes where the events stand, if they do. Between the first and the last of them
// there may be others.
func (p *Part) At(out runtime.Appended) {
	claims := p.witness.claims[p.first : p.first+p.size]
	for i := range claims {
		claims[i].version = out.First + runtime.StreamVersion(i)
	}
	claims[0].position, claims[p.size-1].position = out.FirstPosition, out.Position
}

// Refuse notes that the part is not written, whatever becomes of its unit.
func (p *Part) Refuse() {
	p.refused = true
	p.settle(Refused)
}

func (p *Part) settle(o Outcome) {
	for i := range p.size {
		p.witness.claims[p.first+i].outcome = o
	}
}

// Settle notes what was told of the whole unit.
func (u *Unit) Settle(o Outcome) {
	for _, p := range u.parts {
		if !p.refused {
			p.settle(o)
		}
	}
}

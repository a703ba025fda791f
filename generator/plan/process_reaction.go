package plan

import (
	"github.com/evgen/evgen/schema/goname"
	"github.com/evgen/evgen/schema/model"
)

// Reaction emits events on events.
type Reaction struct {
	*Emitter
	Model     *model.Reaction
	ID        string
	Interface string // "ConsolidateReaction"
	New       string
	File      string
	On        []*Heard
}

func (b *builder) reaction(p *Package, m *model.Reaction) *Reaction {
	name := firstText(m.GoName, goname.Exported(m.Name))
	return &Reaction{
		Emitter: emitter(name, ReactionPath), Model: m, ID: processID(p, m.Name), Interface: name + "Reaction", New: "New" + name,
		File: goname.Snake(name) + "_reaction.gen.go", On: b.heard(p, m.On),
	}
}

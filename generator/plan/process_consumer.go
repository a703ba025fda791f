package plan

import (
	"slices"

	"github.com/evgen/evgen/schema/goname"
	"github.com/evgen/evgen/schema/model"
)

// Consumer reads events from a broker.
type Consumer struct {
	Package *Package
	Model   *model.Consumer // nil: the consumer of all events of the package
	ID      string          // under which it keeps its progress; "" if its user names it
	Name    string          // "RecallAPI"
	Handler string          // interface
	New     string          // constructor
	File    string
	Reads   []*Heard
}

// Sealed reports whether c reads what is sealed, so that it has something to forget.
func (c *Consumer) Sealed() bool {
	return slices.ContainsFunc(c.Reads, func(h *Heard) bool {
		return slices.ContainsFunc(h.Event.Model.Versions, func(v *model.EventVersion) bool {
			return sealedIn(v.Struct, map[model.Shape]bool{})
		})
	})
}

// forgetting are the names that the handler of a consumer of sealed events has besides its events.
var forgetting = map[string]string{"ForgetSubject": "the hook of erasures"}

// allEvents is the consumer of all that facts of the package can be today, or nil if that is nothing.
func allEvents(p *Package) *Consumer {
	c := &Consumer{Package: p, Name: "Consumer", Handler: "Handler", New: "NewConsumer", File: "consumer.gen.go"}
	for _, e := range p.Events {
		if e.Into == nil {
			c.Reads = append(c.Reads, &Heard{e, e.Name})
		}
	}
	if len(c.Reads) == 0 {
		return nil
	}
	return c
}

func (b *builder) consumer(p *Package, m *model.Consumer) *Consumer {
	name := firstText(m.GoName, goname.Exported(m.Name))
	return &Consumer{
		Package: p, Model: m, ID: processID(p, m.Name), Name: name, Handler: name + "Handler", New: "New" + name,
		File: goname.Snake(name) + "_consumer.gen.go", Reads: b.heard(p, m.Reads),
	}
}

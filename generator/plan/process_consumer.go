package plan

import (
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

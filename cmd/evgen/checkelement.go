package main

import (
	"strconv"

	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/source"
)

// elementAt is the stable path of the event version in which a place is, or of the event: the last that begins before it.
func elementAt(m *model.Model, at source.Span) string {
	element, begin := "", -1
	note := func(span source.Span, name string) {
		if span.File == at.File && span.Start <= at.Start && span.Start >= begin {
			element, begin = name, span.Start
		}
	}
	for _, p := range m.Packages {
		note(p.Span, p.Name)
		for _, t := range p.Types {
			note(t.Span, p.Name+"."+t.Name)
		}
		for _, e := range p.Events {
			name := p.Name + "." + e.Name
			note(e.Span, name)
			for _, v := range e.Versions {
				note(v.Span, name+"@"+strconv.Itoa(v.Number))
			}
		}
	}
	return element
}

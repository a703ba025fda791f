package compat

import "fmt"

// Elements returns the stable path of what each of the Findings is about, in their order: "memory.MemoryCreated@2.text".
func (r *Result) Elements() []string {
	var out []string
	for _, e := range r.Events {
		for _, j := range e.Changes {
			out = append(out, e.Element(j))
		}
		for _, s := range e.Steps {
			if !s.New {
				continue
			}
			for _, j := range s.Changes {
				out = append(out, e.Element(j))
			}
		}
	}
	for _, j := range r.Projections {
		out = append(out, below(j.Element, j.Path))
	}
	return out
}

// Element is the stable path of what a change of the event is about. Line numbers do not change it.
func (e *EventResult) Element(j *Judgement) string {
	element := e.Package + "." + e.Name
	if j.To > 0 {
		element += fmt.Sprintf("@%d", j.To)
	}
	return below(element, j.Path)
}

func below(element, path string) string {
	if path == "" {
		return element
	}
	return element + "." + path
}

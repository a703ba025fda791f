package compat

import "fmt"

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

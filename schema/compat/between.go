package compat

import "github.com/evgen/evgen/schema/model"

// Between judges two versions of one event as a step from the older to the newer one, through the upcasts between them.
// It looks for no payloads. The older version comes first; equal versions give an empty step.
func Between(older, newer *model.EventVersion, r Readers) *Step {
	c := &comparison{opts: Options{Readers: r}, differ: newDiffer()}
	s := &Step{From: Stage{older, New}, To: Stage{newer, New}, Kind: Distant, New: true}
	if newer.Number-older.Number == 1 {
		s.Kind = Next
	}
	c.judge(s, c.differ.versions(older, newer, eventChain(older, newer)))
	for _, j := range s.Changes {
		j.Cured = true
	}
	s.Verdicts = verdictsOf(s.Changes)
	return s
}

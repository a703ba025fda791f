package compat

import "github.com/evgen/evgen/schema/compat/inclusion"

// acquit takes back what changes were said to break for validating readers, in a direction in which everything that is
// valid on the one side is proved to be valid on the other: what one change refuses, another one does not let in.
func acquit(s *Step) {
	old, new := s.From.Version.Struct, s.To.Version.Struct
	v := verdictsOf(s.Changes).Validating
	if !v.Backward && provable(s.Changes, backwardOf) && inclusion.Proved(structSchema(new), structSchema(old)) {
		for _, j := range s.Changes {
			j.Validating.Backward = Safe
		}
	}
	if !v.Forward && provable(s.Changes, forwardOf) && inclusion.Proved(structSchema(old), structSchema(new)) {
		for _, j := range s.Changes {
			j.Validating.Forward = Safe
		}
	}
}

func backwardOf(o Outcomes) Outcome { return o.Backward }

func forwardOf(o Outcomes) Outcome { return o.Forward }

// provable reports whether all that breaks is a matter of which values are valid. Integers of another sign are not:
// where a schema says integer, an int64 stands for all of them.
func provable(js []*Judgement, direction func(Outcomes) Outcome) bool {
	for _, j := range js {
		if j.Kind == "sign-changed" && direction(j.Validating) == Breaks {
			return false
		}
	}
	return true
}

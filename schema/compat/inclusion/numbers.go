package inclusion

import "math/big"

var one = big.NewRat(1, 1)

// span is the numbers between two bounds; an absent bound is none.
type span struct {
	low, high         *big.Rat
	openLow, openHigh bool
}

func (s *span) atLeast(at *big.Rat, open bool) {
	if s.low == nil || at.Cmp(s.low) > 0 {
		s.low, s.openLow = at, open
	} else if at.Cmp(s.low) == 0 {
		s.openLow = s.openLow || open
	}
}

func (s *span) atMost(at *big.Rat, open bool) {
	if s.high == nil || at.Cmp(s.high) < 0 {
		s.high, s.openHigh = at, open
	} else if at.Cmp(s.high) == 0 {
		s.openHigh = s.openHigh || open
	}
}

// add takes a claim about a bound in.
func (s *span) add(c claim) {
	switch c.node.atom {
	case atLeast:
		if c.holds {
			s.atLeast(c.node.at, false)
		} else {
			s.atMost(c.node.at, true)
		}
	case above:
		if c.holds {
			s.atLeast(c.node.at, true)
		} else {
			s.atMost(c.node.at, false)
		}
	case atMost:
		if c.holds {
			s.atMost(c.node.at, false)
		} else {
			s.atLeast(c.node.at, true)
		}
	case below:
		if c.holds {
			s.atMost(c.node.at, true)
		} else {
			s.atLeast(c.node.at, false)
		}
	}
}

func (s *span) empty() bool {
	if s.low == nil || s.high == nil {
		return false
	}
	order := s.low.Cmp(s.high)
	return order > 0 || order == 0 && (s.openLow || s.openHigh)
}

// maxTried bounds how many numbers are tried one by one.
const maxTried = 1000

// noNumber reports whether no number is left between the bounds, or none of them is a multiple as claimed.
func (b *branch) noNumber() bool {
	var s span
	var step *big.Rat
	var excluded []*big.Rat
	for _, c := range b.facts {
		switch {
		case c.node.atom != multipleOf:
			s.add(c)
		case !c.holds:
			excluded = append(excluded, c.node.at)
		case step == nil:
			step = c.node.at
		default:
			step = common(step, c.node.at)
		}
	}
	if s.empty() {
		return true
	}
	for _, m := range excluded {
		if step != nil && divides(m, step) {
			return true
		}
	}
	if s.low != nil && s.high != nil && s.low.Cmp(s.high) == 0 {
		return !fitting(s.low, step, excluded)
	}
	return step != nil && s.low != nil && s.high != nil && s.noMultiple(step, excluded)
}

func fitting(v, step *big.Rat, excluded []*big.Rat) bool {
	if step != nil && !divides(step, v) {
		return false
	}
	for _, m := range excluded {
		if divides(m, v) {
			return false
		}
	}
	return true
}

// noMultiple tries the multiples of a number between the bounds.
func (s *span) noMultiple(step *big.Rat, excluded []*big.Rat) bool {
	quotient := new(big.Rat).Quo(s.low, step)
	n := new(big.Int).Div(quotient.Num(), quotient.Denom()) // rounds down
	for range maxTried {
		v := new(big.Rat).Mul(new(big.Rat).SetInt(n), step)
		at := *s
		at.atLeast(v, false)
		if at.empty() {
			return true
		}
		at.atMost(v, false)
		if !at.empty() && fitting(v, step, excluded) {
			return false
		}
		n.Add(n, big.NewInt(1))
	}
	return false
}

// divides reports whether a number is a multiple of another one.
func divides(m, v *big.Rat) bool { return new(big.Rat).Quo(v, m).IsInt() }

// common is the least common multiple.
func common(a, b *big.Rat) *big.Rat {
	// a = p/q, b = r/s in lowest terms: lcm(p, r) / gcd(q, s)
	p, r := a.Num(), b.Num()
	gcd := new(big.Int).GCD(nil, nil, p, r)
	lcm := new(big.Int).Mul(p, new(big.Int).Quo(r, gcd))
	return new(big.Rat).SetFrac(lcm, new(big.Int).GCD(nil, nil, a.Denom(), b.Denom()))
}

package projection

import "time"

// pace is how long a handler takes. What a consumer's handler does with one event may
// take microseconds or minutes; if a transaction fails, all that it did is done again.
type pace struct {
	each time.Duration
	seen int
}

// growth bounds how many times more events a transaction takes in than were ever seen
// before, so that a slow handler is known after the first one.
const growth = 8

// within returns how many events a transaction of time t should take in.
func (p *pace) within(t time.Duration) int {
	if p.seen == 0 {
		return 1
	}
	n := growth * p.seen
	if p.each > 0 {
		n = min(n, int(t/p.each))
	}
	return max(n, 1)
}

// took notes a transaction of n events.
func (p *pace) took(n int, t time.Duration) {
	if n == 0 {
		return
	}
	each := t / time.Duration(n)
	if p.seen > 0 {
		each = (p.each + each) / 2
	}
	p.each, p.seen = each, min(p.seen+n, 1<<20)
}

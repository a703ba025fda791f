package postgres

import (
	"strings"
	"time"

	"github.com/evgen/evgen/runtime"
)

// appenders are the transactions that may own positions which are not visible
// yet: those that hold the lock which an INSERT into events takes before it draws
// a position, and frees only once its rows are visible. It is fed by looks at the
// store, each of them two statements with a snapshot of their own: first the last
// visible position, then who holds the lock.
type appenders struct {
	// previous is the last position that was visible at the look before.
	previous runtime.Position
	// open are the holders at the last look, by virtual transaction.
	open map[string]holder
}

// holder is a transaction that was seen to hold the lock at every look since one.
type holder struct {
	// floor was visible before a look that did not find the transaction. What it
	// has drawn since then is above, since positions are drawn in order.
	floor runtime.Position
	since time.Time
}

// recovered begins the name of a prepared transaction that outlived a crash. It
// had another name before, so that nothing is known of when it began.
const recovered = "-1/"

// look takes in that last was visible before the lock's holders were read, and
// returns a position up to which none can appear any more, given that this held
// of safe. It costs what the number of holders costs, however long they stay.
func (a *appenders) look(safe, last runtime.Position, holders []string, now time.Time) runtime.Position {
	open := make(map[string]holder, len(holders))
	settled := last
	for _, id := range holders {
		h, known := a.open[id]
		if !known {
			h = holder{floor: max(safe, a.previous), since: now}
		}
		if !known && strings.HasPrefix(id, recovered) {
			h.floor = safe
		}
		open[id] = h
		settled = min(settled, h.floor)
	}
	a.open, a.previous = open, last
	return max(safe, settled)
}

// settling reports whether a transaction that keeps position from being safe has
// been open for less than age, so that it is reasonable to wait for it.
func (a *appenders) settling(position runtime.Position, age time.Duration, now time.Time) bool {
	for _, h := range a.open {
		if h.floor < position && now.Sub(h.since) < age {
			return true
		}
	}
	return false
}

// longest returns those that have been open for age or longer.
func (a *appenders) longest(age time.Duration, now time.Time) []string {
	var ids []string
	for id, h := range a.open {
		if now.Sub(h.since) >= age {
			ids = append(ids, id)
		}
	}
	return ids
}

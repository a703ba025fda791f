package pgsaga

import "runtime"

// Gather lets transitions queue until there are n of them, which then go together.
// It returns at once; they must come.
func (db *DB) Gather(n int) {
	g := db.group
	g.lead <- struct{}{}
	go func() {
		for queued := 0; queued < n; {
			g.mu.Lock()
			queued = len(g.queue)
			g.mu.Unlock()
			runtime.Gosched()
		}
		<-g.lead
	}()
}

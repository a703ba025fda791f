package main

import (
	"fmt"
	"time"
)

// showProgress says that work is under way once it takes longer than people wait gladly, and only on a terminal. The
// function that it returns wipes the line and returns when nothing more will be written.
func (inv *invocation) showProgress(what string) (done func()) {
	if !isTerminal(inv.stderr) {
		return func() {}
	}
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		ticks := time.NewTicker(time.Second)
		defer ticks.Stop()
		inv.countSeconds(what, ticks.C, stop)
	}()
	return func() {
		close(stop)
		<-stopped
	}
}

// countSeconds writes a count at every tick, each in the place of the one before, and wipes it when stopped.
func (inv *invocation) countSeconds(what string, ticks <-chan time.Time, stop <-chan struct{}) {
	for seconds := 0; ; {
		select {
		case <-ticks:
			seconds++
			fmt.Fprintf(inv.stderr, "\revgen: %s, %d s ", what, seconds)
		case <-stop:
			if seconds > 0 {
				fmt.Fprint(inv.stderr, "\r\x1b[K")
			}
			return
		}
	}
}

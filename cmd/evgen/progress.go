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
		inv.tick(what, stop)
	}()
	return func() {
		close(stop)
		<-stopped
	}
}

// tick writes the seconds, each in the place of the one before.
func (inv *invocation) tick(what string, stop <-chan struct{}) {
	started := time.Now()
	ticks := time.NewTicker(time.Second)
	defer ticks.Stop()
	for shown := false; ; {
		select {
		case <-ticks.C:
			shown = true
			fmt.Fprintf(inv.stderr, "\revgen: %s, %d s ", what, int(time.Since(started).Seconds()))
		case <-stop:
			if shown {
				fmt.Fprint(inv.stderr, "\r\x1b[K")
			}
			return
		}
	}
}

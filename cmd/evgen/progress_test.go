package main

import (
	"bytes"
	"testing"
	"time"
)

func TestProgressShowsOnlyWhenWorkIsLong(t *testing.T) {
	for seconds, want := range []string{"", "\revgen: working, 1 s \r\x1b[K", "\revgen: working, 1 s \revgen: working, 2 s \r\x1b[K"} {
		var stderr bytes.Buffer
		inv := &invocation{process: process{stderr: &stderr}}
		ticks, stop, stopped := make(chan time.Time), make(chan struct{}), make(chan struct{})
		go func() {
			defer close(stopped)
			inv.countSeconds("working", ticks, stop)
		}()
		for range seconds {
			ticks <- time.Time{}
		}
		close(stop)
		<-stopped
		if stderr.String() != want {
			t.Errorf("after %d s: %q, want %q", seconds, stderr.String(), want)
		}
	}
}

func TestNoProgressWithoutATerminal(t *testing.T) {
	var stderr bytes.Buffer
	inv := &invocation{process: process{stderr: &stderr}}
	inv.showProgress("working")()
	if stderr.Len() > 0 {
		t.Errorf("wrote %q", stderr.String())
	}
}

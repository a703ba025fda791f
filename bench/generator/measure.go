package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"os/exec"
	"slices"
	"syscall"
	"time"
)

// sample is what one run of a command took.
type sample struct {
	wall, cpu time.Duration
	rss       int64 // bytes, of the largest process among the command and its children
}

// command is something to measure.
type command struct {
	dir  string
	env  []string     // the whole environment; nil for that of this program
	argv []string     // program and arguments
	prep func() error // before each run, not measured; nil for nothing
}

// run runs the command once.
func (c command) run(ctx context.Context) (sample, error) {
	if c.prep != nil {
		if err := c.prep(); err != nil {
			return sample{}, fmt.Errorf("prepare %s: %w", c.argv[0], err)
		}
	}
	cmd := exec.CommandContext(ctx, c.argv[0], c.argv[1:]...)
	var out bytes.Buffer
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = c.dir, c.env, &out, &out
	start := time.Now()
	err := cmd.Run()
	wall := time.Since(start)
	if err != nil {
		return sample{}, fmt.Errorf("%s: %w: %s", c.argv[0], err, lastLine(out.Bytes()))
	}
	state := cmd.ProcessState
	s := sample{wall: wall, cpu: state.UserTime() + state.SystemTime()}
	if usage, ok := state.SysUsage().(*syscall.Rusage); ok {
		s.rss = int64(usage.Maxrss) * maxrssUnit
	}
	return s, nil
}

// maxrssUnit is the unit of Rusage.Maxrss on Linux.
const maxrssUnit = 1024

// series is several runs of one command.
type series []sample

// measure runs the command once unmeasured, so that files are in memory, and then as often as was asked for.
func (b *bench) measure(c command) (series, error) {
	if _, err := c.run(b.ctx); err != nil {
		return nil, err
	}
	s := make(series, b.runs)
	for i := range s {
		var err error
		if s[i], err = c.run(b.ctx); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func (s series) wall() time.Duration {
	return median(s, func(x sample) time.Duration { return x.wall })
}
func (s series) cpu() time.Duration { return median(s, func(x sample) time.Duration { return x.cpu }) }
func (s series) rss() int64         { return median(s, func(x sample) int64 { return x.rss }) }

// fastest is the shortest wall time, the figure that other loads on the machine disturb least.
func (s series) fastest() time.Duration {
	return slices.MinFunc(s, func(a, b sample) int { return cmp.Compare(a.wall, b.wall) }).wall
}

// median is the middle value; of an even number the lower of the two.
func median[T cmp.Ordered](s series, value func(sample) T) T {
	values := make([]T, len(s))
	for i, x := range s {
		values[i] = value(x)
	}
	slices.Sort(values)
	return values[(len(values)-1)/2]
}

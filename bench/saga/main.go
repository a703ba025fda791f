// Command saga measures transitions of sagas in PostgreSQL against bare updates of one row.
//
// In go nothing but the binaries of PostgreSQL, out comes a table of medians: transitions per second of a worker whose
// steps do nothing, with a row in the ledger each, and single-row UPDATEs, autocommitted, by as many connections; turn
// by turn, on one cluster with fsync on. Claims and the reading of the start event are a part of the worker's time.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/evgen/evgen/internal/pgtest"
)

// options are what a run can be told.
type options struct {
	runs   int
	window time.Duration
	steps  int
}

// bar is the ratio that is demanded.
const bar = 0.6

func main() {
	var o options
	flag.IntVar(&o.runs, "runs", 5, "measure everything so often and take the median")
	flag.DurationVar(&o.window, "window", 2*time.Second, "how long each measurement lasts")
	flag.IntVar(&o.steps, "steps", 4, "how many steps a saga has")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "saga:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	server, err := pgtest.Launch()
	if err != nil {
		return err
	}
	defer server.Remove()
	load, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		load = []byte("?")
	}
	busy, _, _ := strings.Cut(string(load), " ")
	fmt.Printf("%s, %d processors shared with the server, load at the start %s; sagas of %d steps\n", runtime.Version(), runtime.NumCPU(), busy, o.steps)
	fmt.Printf("%-8s  %-16s  %-16s  %-5s  %s\n", "workers", "transitions/s", "bare updates/s", "ratio", "bar")
	b, err := newBench(ctx, server.DSN("postgres"), o)
	if err != nil {
		return err
	}
	defer b.close()
	var missed []error
	for _, workers := range []int{1, 16} {
		ratio, err := b.measure(ctx, workers)
		if err != nil {
			return err
		}
		if ratio < bar {
			missed = append(missed, fmt.Errorf("%d workers: %.2f is below the bar", workers, ratio))
		}
	}
	return errors.Join(missed...)
}

// measure prints a line, and returns the ratio of the medians.
func (b *bench) measure(ctx context.Context, workers int) (float64, error) {
	var ours, bare []float64
	for range b.runs {
		o, err := b.transitions(ctx, workers)
		if err != nil {
			return 0, err
		}
		l, err := b.updates(ctx, workers)
		if err != nil {
			return 0, err
		}
		ours, bare = append(ours, o), append(bare, l)
	}
	ratio := median(ours) / median(bare)
	fmt.Printf("%-8d  %-16s  %-16s  %-5.2f  %.2f\n", workers, spread(ours), spread(bare), ratio, bar)
	return ratio, nil
}

func median(s []float64) float64 {
	s = slices.Sorted(slices.Values(s))
	return s[len(s)/2]
}

// spread is the median with the least and the most.
func spread(s []float64) string {
	return fmt.Sprintf("%.0f (%.0f-%.0f)", median(s), slices.Min(s), slices.Max(s))
}

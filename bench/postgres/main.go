// Command postgres measures the PostgreSQL event store and its read models against what the server itself can do.
//
// In go nothing but the binaries of PostgreSQL, out come tables of medians with ratios to limits (a bare prepared INSERT,
// COPY, a bare SELECT, a merge) that were measured in the same run, on the same cluster, turn by turn. Only the ratios say
// anything: the figures themselves drift by a fifth from hour to hour.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"time"
)

// options are what a run can be told.
type options struct {
	runs   int
	window time.Duration
	events int
	growth int
	only   string
	dsn    string
}

// section is one group of measurements on a cluster.
type section struct {
	name string
	run  func(ctx context.Context, b *bench) error
}

var sections = []section{
	{"append", measureAppend},
	{"import", measureImport},
	{"replay", measureReplay},
	{"rebuild", measureRebuild},
	{"order", measureOrder},
	{"live", measureLive},
	{"growth", measureGrowth},
}

func main() {
	var o options
	flag.IntVar(&o.runs, "runs", 5, "measure everything so often and take the median")
	flag.DurationVar(&o.window, "window", 2*time.Second, "how long each measurement of appends lasts")
	flag.IntVar(&o.events, "events", 200_000, "how many events are imported, replayed and projected")
	flag.IntVar(&o.growth, "growth", 1_000_000, "size of the largest store; each is ten times the one before, from 100,000")
	flag.StringVar(&o.only, "only", "", "sections to run, by comma: "+names())
	flag.StringVar(&o.dsn, "dsn", "", "a server to use instead of a throwaway one; its superuser")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "postgres:", err)
		os.Exit(1)
	}
}

func names() string {
	var all []string
	for _, s := range sections {
		all = append(all, s.name)
	}
	return strings.Join(all, ",")
}

func run(ctx context.Context, o options) (err error) {
	b, err := newBench(ctx, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	fmt.Println(b.machine(ctx))
	for _, s := range sections {
		if o.only != "" && !strings.Contains(","+o.only+",", ","+s.name+",") {
			continue
		}
		if err := s.run(ctx, b); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	return nil
}

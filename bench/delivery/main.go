// Command delivery measures relays and consumers against what brokers and clients can do by themselves.
//
// In go nothing but the binaries of PostgreSQL; servers of NATS and of Kafka's protocol run in this process. Out come
// tables of medians with ratios to limits that were measured in the same run, turn by turn, on the same machine: the same
// bytes published by the bare client, the same rows written by a projection that reads the store. Beside them stands
// watermill, doing the same work in its own way.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"runtime/pprof"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/evgen/evgen/internal/pgtest"
)

// options are what a run can be told.
type options struct {
	runs, events, peers int
	only, profile       string
}

// bench is what all measurements use.
type bench struct {
	options
	server *pgtest.Server
	made   int
}

var sections = []struct {
	name string
	run  func(ctx context.Context, b *bench) error
}{
	{"jetstream", measureJetStream},
	{"kafka", measureKafka},
	{"consumer", measureConsumer},
	{"latency", measureLatency},
}

func main() {
	var o options
	flag.IntVar(&o.runs, "runs", 5, "measure everything so often and take the median")
	flag.IntVar(&o.events, "events", 50_000, "how many events are relayed and consumed")
	flag.IntVar(&o.peers, "peers", 5_000, "how many messages watermill is given: it takes them one by one")
	flag.StringVar(&o.only, "only", "", "sections to run, by comma: jetstream,kafka,consumer,latency")
	flag.StringVar(&o.profile, "profile", "", "write a profile of the processors to this file")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "delivery:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) (err error) {
	if o.profile != "" {
		f, err := os.Create(o.profile)
		if err != nil {
			return err
		}
		defer func() { pprof.StopCPUProfile(); _ = f.Close() }()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
	}
	server, err := pgtest.Launch()
	if err != nil {
		return err
	}
	defer server.Remove()
	b := &bench{options: o, server: server}
	load, _ := os.ReadFile("/proc/loadavg") // only for the heading
	first, _, _ := strings.Cut(string(load), " ")
	fmt.Printf("%s, %d processors shared by all, load at the start %s\n", runtime.Version(), runtime.NumCPU(), first)
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

// series are repeated measurements of one thing, in events per second.
type series []float64

func (s series) median() float64 { return slices.Sorted(slices.Values(s))[len(s)/2] }

func (s series) cells(name string) []string {
	return []string{name, fmt.Sprintf("%.0f", s.median()), fmt.Sprintf("%.0f..%.0f", slices.Min(s), slices.Max(s))}
}

// against compares with a limit and says whether a goal is met.
func (s series) against(limit series, goal float64) string {
	ratio := s.median() / limit.median()
	if ratio >= goal {
		return fmt.Sprintf("%.2f (>= %.1f)", ratio, goal)
	}
	return fmt.Sprintf("%.2f (goal %.1f: MISSED)", ratio, goal)
}

// measurement is something that is measured; it returns events per second.
type measurement func(ctx context.Context, b *bench) (float64, error)

// inTurns measures several things, one after the other, runs times.
func (b *bench) inTurns(ctx context.Context, all ...measurement) ([]series, error) {
	out := make([]series, len(all))
	for range b.runs {
		for i, measure := range all {
			rate, err := measure(ctx, b)
			if err != nil {
				return nil, errors.Join(err, ctx.Err())
			}
			out[i] = append(out[i], rate)
		}
	}
	return out, nil
}

// print writes a table with a title.
func print(title string, rows ...[]string) {
	fmt.Printf("\n%s\n", title)
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, r := range rows {
		fmt.Fprintf(w, "%s\t\n", strings.Join(r, "\t"))
	}
	_ = w.Flush() // to the terminal
}

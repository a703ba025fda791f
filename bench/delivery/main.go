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

// series are repeated measurements of one thing.
type series []figure

// median is that of one member.
func (s series) median(of func(figure) float64) float64 {
	all := make([]float64, len(s))
	for i := range s {
		all[i] = of(s[i])
	}
	slices.Sort(all)
	return all[len(all)/2]
}

func rate(f figure) float64     { return f.rate }
func here(f figure) float64     { return f.here }
func database(f figure) float64 { return f.database }
func total(f figure) float64    { return f.here + f.database }

func (s series) cells(name string) []string {
	slowest, fastest := s[0].rate, s[0].rate
	for _, f := range s {
		slowest, fastest = min(slowest, f.rate), max(fastest, f.rate)
	}
	return []string{
		name, fmt.Sprintf("%.0f", s.median(rate)), fmt.Sprintf("%.0f..%.0f", slowest, fastest),
		fmt.Sprintf("%.1f + %.1f", s.median(here), s.median(database)),
	}
}

// heading names what cells and against say.
func heading() []string {
	return []string{"events/s", "median", "slowest..fastest", "processors' µs an event, here + database", "against the limit", "by processors"}
}

// against compares with a limit, by time and by what it costs, and says whether a goal is met.
func (s series) against(limit series, goal float64) []string {
	said := func(ratio float64) string {
		if ratio >= goal {
			return fmt.Sprintf("%.2f (>= %.1f)", ratio, goal)
		}
		return fmt.Sprintf("%.2f (goal %.1f: MISSED)", ratio, goal)
	}
	return []string{said(s.median(rate) / limit.median(rate)), said(limit.median(total) / s.median(total))}
}

// measurement is something that is measured.
type measurement func(ctx context.Context, b *bench) (figure, error)

// inTurns measures several things, one after the other, runs times.
func (b *bench) inTurns(ctx context.Context, all ...measurement) ([]series, error) {
	out := make([]series, len(all))
	for range b.runs {
		for i, measure := range all {
			f, err := measure(ctx, b)
			if err != nil {
				return nil, errors.Join(err, ctx.Err())
			}
			out[i] = append(out[i], f)
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

package soak

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"github.com/evgen/evgen/internal/testimony"
)

// Report is what a soak was, and what it found.
type Report struct {
	Verdict *testimony.Verdict
	Sights  []testimony.Sight
	// Rows counts the rows of the read model.
	Rows    int
	figures *figures
	length  time.Duration
	// wrong is what is wrong about the read model, or did not end in time.
	wrong []error
}

func (w *world) report(truth testimony.Truth) *Report {
	return &Report{
		Verdict: truth.Check(w.witnesses...),
		Sights:  w.sights(truth),
		figures: &w.figures,
		length:  w.plan.Length,
	}
}

// Err is nil if nothing was lost, doubled, invented, or out of order, for writers, for
// readers and in the read model.
func (r *Report) Err() error { return errors.Join(r.Writers(), r.Readers(), r.Models()) }

// Writers is nil if what writers were told is true.
func (r *Report) Writers() error { return r.Verdict.Err() }

// Readers is nil if readers saw all, once, in order.
func (r *Report) Readers() error {
	var all []error
	for i, s := range r.Sights {
		if err := s.Err(); err != nil {
			all = append(all, fmt.Errorf("reader %d: %w", i+1, err))
		}
	}
	return errors.Join(all...)
}

// Models is nil if the read model is what the events say.
func (r *Report) Models() error { return errors.Join(r.wrong...) }

// Kills counts kills of the server.
func (r *Report) Kills() int { return int(r.figures.kills.Load()) }

// Swaps counts swaps and swaps back of versions.
func (r *Report) Swaps() int { return int(r.figures.swaps.Load() + r.figures.swapsBack.Load()) }

// Prepared counts transactions that were prepared and decided.
func (r *Report) Prepared() int { return int(r.figures.prepared.Load()) }

// Partitions counts those that were made while writers wrote.
func (r *Report) Partitions() int { return int(r.figures.partitions.Load()) }

// String is a table for people.
func (r *Report) String() string {
	var b strings.Builder
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	f, v := r.figures, r.Verdict
	line := func(what, format string, args ...any) {
		fmt.Fprintf(t, "%s\t"+format+"\n", append([]any{what}, args...)...)
	}
	line("length", "%s, server killed %d times and down for %s", r.length, f.kills.Load(), time.Duration(f.down.Load()).Round(time.Millisecond))
	line("events", "%d, %.0f/s; acknowledged %d, refused or rolled back %d, outcome unknown %d (of which %d are there)",
		v.Events, float64(v.Events)/r.length.Seconds(), v.Written, v.Refused, v.Unknown, v.Found)
	line("appends", "written %d, refused %d (conflicts %d, cancelled %d), unknown %d, repeated %d, imports %d",
		f.written.Load(), f.refused.Load(), f.conflicts.Load(), f.cancelled.Load(), f.unknown.Load(), f.repeated.Load(), f.imported.Load())
	line("transactions", "%d, rolled back %d, commits without an answer %d, prepared %d",
		f.transactions.Load(), f.rolledBack.Load(), f.undecided.Load(), f.prepared.Load())
	if f.partitions.Load() > 0 {
		line("partitions", "%d made", f.partitions.Load())
	}
	line("writers", "missing %d, doubled %d, risen %d, torn %d, misplaced %d, out of order %d",
		v.Missing, v.Doubled, v.Risen, v.Torn, v.Misplaced, v.Disordered)
	for i, s := range r.Sights {
		line(fmt.Sprint("reader ", i+1), "seen %d, lost %d, doubled %d, invented %d, out of order %d", s.Seen, s.Lost, s.Doubled, s.Invented, s.Disordered)
	}
	line("failovers", "%d, and %d links resumed", f.failovers.Load(), f.resumed.Load())
	line("delivery", "%s after the event was recorded", &f.latency)
	line("read model", "%d rows, runners restarted %d times, rebuilds %d, swaps %d, swaps back %d, differences %d",
		r.Rows, f.runs.Load(), f.rebuilds.Load(), f.swaps.Load(), f.swapsBack.Load(), len(r.wrong))
	_ = t.Flush() // into memory
	return b.String()
}

// latencies are those of deliveries.
type latencies struct {
	mu  sync.Mutex
	all []time.Duration
}

func (l *latencies) add(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, d)
}

func (l *latencies) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.all) == 0 {
		return "nothing"
	}
	slices.Sort(l.all)
	at := func(percent int) time.Duration { return l.all[(len(l.all)-1)*percent/100].Round(time.Millisecond) }
	return fmt.Sprintf("half %s, 99 %% %s, all %s", at(50), at(99), at(100))
}

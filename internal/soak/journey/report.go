package journey

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"text/tabwriter"
	"time"
)

// figures are counted along the way.
type figures struct {
	lives, sleeps, fenced, cuts, repeated atomic.Int64
	settled                               time.Duration

	mu    sync.Mutex
	kills map[string]int
	logs  map[string]int
}

func (f *figures) killed(what string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.kills == nil {
		f.kills = map[string]int{}
	}
	f.kills[what]++
}

func (f *figures) noteLog(text string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.logs == nil {
		f.logs = map[string]int{}
	}
	message, _, _ := strings.Cut(text, ": ")
	f.logs[message]++
}

// Report is what a journey was, and what the judges found.
type Report struct {
	Verdict *Verdict
	length  time.Duration
	figures *figures
}

// Err is that of the verdict.
func (r *Report) Err() error { return r.Verdict.Err() }

// Kills counts kills of a part: "relay", "consumer", "worker", "broker" or "database".
func (r *Report) Kills(part string) int { return r.figures.kills[part] }

// Sleeps counts processes that woke when their leases had run out, Cuts links that were cut.
func (r *Report) Sleeps() int { return int(r.figures.sleeps.Load()) }

// Cuts counts links that were cut.
func (r *Report) Cuts() int { return int(r.figures.cuts.Load()) }

// String is a table for people.
func (r *Report) String() string {
	var b strings.Builder
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	line := func(what, format string, args ...any) {
		fmt.Fprintf(t, "%s\t"+format+"\n", append([]any{what}, args...)...)
	}
	e, f := r.Verdict.Evidence, r.figures
	line("length", "%s, and %s until all was at its end", r.length, f.settled.Round(100*time.Millisecond))
	line("killed", "relays %d, consumers %d, workers %d, brokers %d, database %d times; %d processes lived",
		f.kills[relaying], f.kills[consuming], f.kills[working], f.kills["broker"], f.kills["database"], f.lives.Load())
	line("troubled", "%d links cut, %d processes asleep past their leases, fenced %d times", f.cuts.Load(), f.sleeps.Load(), f.fenced.Load())
	line("events", "%d, %.0f/s; %d by writers, who repeated %d appends", len(e.Log), float64(len(e.Log))/r.length.Seconds(), len(e.Told), f.repeated.Load())
	for _, name := range slices.Sorted(maps.Keys(e.Carried)) {
		line(name, "%d messages; %s", count(e.Carried[name]), r.faults(name, Lost, Doubled, Invented, Disordered))
	}
	for _, name := range consumers() {
		line(name, "%d effects, %d tenures, %d put aside, %s; %s", len(e.Effects[name]), tenuresOf(e.Effects[name]), len(e.Letters[name]), ages(e.Effects[name]),
			r.faults(name, Lost, Doubled, Invented, Disordered, Risen, Woken, Parked))
	}
	line("reaction", "%d put aside; %s", len(e.Letters[echoing]), r.faults(echoing, Lost, Doubled, Invented, Disordered, Parked))
	line("sagas", "%s; %s", trips(e.Trips), r.faults(sagaID, Lost, Doubled, Invented, Disordered, Unended, Misled, Parked))
	line("log", "%s", r.faults(LogArea, Lost, Doubled))
	for _, reason := range often(e.Reasons) {
		line("put aside", "%d keys by %s", e.Reasons[reason], reason)
	}
	for _, message := range often(f.logs) {
		line("logged", "%d times: %s", f.logs[message], message)
	}
	_ = t.Flush() // into memory
	return b.String()
}

// often lists what was counted, what was counted most first.
func often(counts map[string]int) []string {
	all := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	return all[:min(len(all), shown)]
}

func (r *Report) faults(area string, all ...Fault) string {
	parts := make([]string, len(all))
	for i, f := range all {
		parts[i] = fmt.Sprintf("%d %s", r.Verdict.Count(area, f), f)
	}
	return strings.Join(parts, ", ")
}

func count(partitions map[string][]Place) (n int) {
	for _, places := range partitions {
		n += len(places)
	}
	return n
}

func tenuresOf(effects []Effect) int {
	all := map[string]bool{}
	for i := range effects {
		all[effects[i].Partition+" "+effects[i].Tenure] = true
	}
	return len(all)
}

func ages(effects []Effect) string {
	if len(effects) == 0 {
		return "nothing"
	}
	all := make([]time.Duration, len(effects))
	for i := range effects {
		all[i] = effects[i].Age
	}
	slices.Sort(all)
	at := func(percent int) time.Duration { return all[(len(all)-1)*percent/100].Round(time.Millisecond) }
	return fmt.Sprintf("half within %s, 99 %% %s", at(50), at(99))
}

func trips(all []Trip) string {
	states, repeated := map[string]int{}, 0
	for i := range all {
		states[all[i].State]++
		repeated += all[i].Repeated
	}
	var parts []string
	for _, state := range slices.Sorted(maps.Keys(states)) {
		parts = append(parts, fmt.Sprintf("%d %s", states[state], state))
	}
	return fmt.Sprintf("%s, steps taken again under their keys %d", strings.Join(parts, ", "), repeated)
}

package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"
)

// spent is processor time, of user and system: of this process, in which the brokers live, too, and of the database's.
type spent struct{ here, database time.Duration }

// sinceStart is what was spent up to now. Where there is no /proc the database's share is unknown, and 0.
func sinceStart() spent {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u) // fails for an invalid argument only
	s := spent{here: time.Duration(u.Utime.Nano() + u.Stime.Nano())}
	for _, p := range descendants(os.Getpid()) {
		s.database += p.spent
	}
	return s
}

func (s spent) minus(before spent) spent {
	return spent{s.here - before.here, s.database - before.database}
}

// process is one that runs, with the processor time of itself and of those of its children that have ended.
type process struct {
	id, parent int
	spent      time.Duration
}

// clockTick is the unit of processor time in /proc, the same on all of Linux.
const clockTick = time.Second / 100

// descendants are all processes that come from one.
func descendants(of int) (all []process) {
	family := []int{of}
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	var others []process
	for _, path := range stats {
		if text, err := os.ReadFile(path); err == nil { // else it has ended
			others = append(others, parseStat(text))
		}
	}
	for grown := true; grown; {
		grown = false
		for _, p := range others {
			if slices.Contains(family, p.parent) && !slices.Contains(family, p.id) {
				all, family, grown = append(all, p), append(family, p.id), true
			}
		}
	}
	return all
}

// parseStat reads "pid (name) state parent ...". The name may hold anything: what counts stands behind its end.
func parseStat(text []byte) (p process) {
	end := bytes.LastIndexByte(text, ')')
	fields := bytes.Fields(text[end+1:])
	if end < 0 || len(fields) < 15 {
		return p
	}
	_, _ = fmt.Sscan(string(text), &p.id)
	p.parent, _ = strconv.Atoi(string(fields[1]))
	for _, field := range fields[11:15] {
		ticks, _ := strconv.Atoi(string(field))
		p.spent += time.Duration(ticks) * clockTick
	}
	return p
}

// stopwatch measures from its start.
type stopwatch struct {
	began time.Time
	spent spent
}

func start() stopwatch { return stopwatch{time.Now(), sinceStart()} }

// events returns what n events have cost since the start.
func (s stopwatch) events(n int) figure {
	took, cost := time.Since(s.began), sinceStart().minus(s.spent)
	return figure{float64(n) / took.Seconds(), micros(cost.here, n), micros(cost.database, n)}
}

func micros(d time.Duration, n int) float64 { return float64(d.Nanoseconds()) / 1e3 / float64(n) }

// figure is one measurement: events per second, and the microseconds of processors that an event has cost, here and in
// the database. Where others use the machine, too, only the latter can be compared.
type figure struct{ rate, here, database float64 }

package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"text/tabwriter"
	"time"
)

// table prints rows of measurements under one title.
type table struct {
	title string
	out   *tabwriter.Writer
}

// newTable begins a table; columns follow those of the measurements.
func newTable(title string, columns ...string) *table {
	t := &table{title, tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)}
	t.cells(append([]string{"", "wall s", "best s", "CPU s", "RSS MB"}, columns...))
	return t
}

// row prints a series; more are the cells of further columns.
func (t *table) row(name string, s series, more ...string) {
	t.cells(append([]string{name, seconds(s.wall()), seconds(s.fastest()), seconds(s.cpu()), megabytes(s.rss())}, more...))
}

func (t *table) cells(cells []string) { fmt.Fprintf(t.out, "%s\t\n", strings.Join(cells, "\t")) }

// end prints the table, and below it those rows that are only words.
func (t *table) end(remarks []string) error {
	fmt.Printf("\n%s  (load %s)\n", t.title, load())
	if err := t.out.Flush(); err != nil {
		return fmt.Errorf("print table: %w", err)
	}
	for _, r := range remarks {
		fmt.Println("  " + r)
	}
	return nil
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }

func megabytes(n int64) string { return fmt.Sprintf("%.1f", float64(n)/(1<<20)) }

// ratio says how many times longer d takes than one.
func ratio(d, one time.Duration) string { return fmt.Sprintf("%.2f", float64(d)/float64(one)) }

// reach says whether a goal was met, by the median.
func reach(d, goal time.Duration) string {
	if d <= goal {
		return fmt.Sprintf("<= %s: yes", goal)
	}
	return fmt.Sprintf("<= %s: NO", goal)
}

func machine() string {
	return fmt.Sprintf("%s %s/%s, %d processors, load at the start %s", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), load())
}

// load is the number of processes that wanted a processor in the last minute, on average.
func load() string {
	content, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	first, _, _ := strings.Cut(string(content), " ")
	return first
}

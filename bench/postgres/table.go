package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
)

// series are repeated measurements of one thing, in events per second.
type series []float64

func (s series) median() float64 {
	if len(s) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(s))
	return sorted[len(sorted)/2]
}

// spread is what lies between the slowest and the fastest, in parts of the median.
func (s series) spread() string {
	return fmt.Sprintf("%.0f..%.0f", slices.Min(s), slices.Max(s))
}

// print writes a table of cells with a title.
func print(title string, rows [][]string) {
	fmt.Printf("\n%s\n", title)
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, r := range rows {
		fmt.Fprintf(w, "%s\t\n", strings.Join(r, "\t"))
	}
	_ = w.Flush() // to the terminal
}

func rate(f float64) string { return fmt.Sprintf("%.0f", f) }

// against compares with a limit and says whether a goal is met; goal 0 is none.
func against(got, limit, goal float64) string {
	if limit == 0 {
		return "-"
	}
	ratio := fmt.Sprintf("%.2f", got/limit)
	switch {
	case goal == 0:
		return ratio
	case got/limit >= goal:
		return ratio + " (>= " + fmt.Sprint(goal) + ")"
	}
	return ratio + " (goal " + fmt.Sprint(goal) + ": MISSED)"
}

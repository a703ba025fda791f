package main

import (
	"fmt"
	"strings"

	"github.com/evgen/evgen/cmd/evgen/internal/operate/audit"
	"github.com/evgen/evgen/cmd/evgen/internal/operate/table"
	"github.com/evgen/evgen/schema/config"
)

// print tells people what was found: each problem with its place, then the way out of each kind.
func (v *storeVerifying) print(r *audit.Result) error {
	var out strings.Builder
	for _, p := range r.Problems {
		fmt.Fprintf(&out, "%s: %s [%s]\n", table.Printable(placeOf(&p)), table.Printable(p.Message), p.Rule)
	}
	told := map[audit.Rule]bool{}
	for _, p := range r.Problems {
		if !told[p.Rule] {
			told[p.Rule] = true
			fmt.Fprintf(&out, "\n%s, %s in all: %s\n", p.Rule, table.Number(r.Counts[p.Rule]), p.Help)
		}
	}
	if len(r.Problems) > 0 {
		out.WriteString("\n")
	}
	if len(r.ByHand) > 0 {
		fmt.Fprintf(&out, "not run, since they are written in Go: upcasts of %s\n", strings.Join(r.ByHand, ", "))
	}
	fmt.Fprintf(&out, "%s events in %s streams up to position %d; %s\n",
		table.Number(r.Events), table.Number(r.Streams), r.Last, v.howDecoded(r))
	_, err := v.stdout.Write([]byte(out.String()))
	return err
}

func placeOf(p *audit.Problem) string {
	if p.Stream == "" {
		return fmt.Sprintf("position %d, id %s", p.Position, p.ID)
	}
	return fmt.Sprintf("position %d, %s version %d, %s v%d", p.Position, p.Stream, p.StreamVersion, p.Type, p.Version)
}

func (v *storeVerifying) howDecoded(r *audit.Result) string {
	switch {
	case r.Decoded:
		return "payloads decoded by the schemas"
	case v.noSchemas:
		return "payloads not decoded"
	default:
		return "payloads not decoded, since there is no " + config.FileName + " here"
	}
}

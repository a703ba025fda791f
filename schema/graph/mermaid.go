package graph

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
)

// shapes are the brackets that Mermaid draws kinds with.
var shapes = map[Kind][2]string{
	Aggregate: {"[[", "]]"}, Event: {"([", "])"}, Reaction: {"{{", "}}"}, Saga: {"[/", `\]`}, Projection: {"[(", ")]"}, Consumer: {"[", "]"},
}

// strokes are how Mermaid draws flows: what is recorded or emitted with a full line, what is read with a dotted one.
var strokes = map[Flow]string{Records: "-->", Emits: "==>", Reads: "-.->", Starts: "-. starts .->", Awaits: "-. awaits .->"}

// Mermaid writes a flowchart, one subgraph a package. Names become labels, in which nothing has a meaning; nodes are
// called by numbers.
func (g *Graph) Mermaid() []byte {
	var out bytes.Buffer
	out.WriteString("flowchart LR\n")
	numbers := map[string]string{}
	for i, n := range g.Nodes {
		numbers[n.ID] = fmt.Sprintf("n%d", i+1)
		if i == 0 || g.Nodes[i-1].Package != n.Package {
			fmt.Fprintf(&out, "  subgraph p%d[%s]\n", i+1, label(n.Package))
		}
		shape := shapes[n.Kind]
		fmt.Fprintf(&out, "    %s%s%s%s:::%s\n", numbers[n.ID], shape[0], label(n.Name, subtitle(n)), shape[1], n.Kind)
		if i == len(g.Nodes)-1 || g.Nodes[i+1].Package != n.Package {
			out.WriteString("  end\n")
		}
	}
	for _, e := range g.Edges {
		fmt.Fprintf(&out, "  %s %s %s\n", numbers[e.From], strokes[e.Flow], numbers[e.To])
	}
	for _, k := range kinds {
		c := colours[k]
		fmt.Fprintf(&out, "  classDef %s fill:%s,stroke:%s,color:#1f2328\n", k, c.fill, c.line)
	}
	return out.Bytes()
}

// label quotes lines of text: whatever is no letter, digit or harmless sign is written by its number.
func label(lines ...string) string {
	escaped := make([]string, len(lines))
	for i, line := range lines {
		var b strings.Builder
		for _, r := range line {
			switch {
			case unicode.IsSpace(r):
				b.WriteByte(' ')
			case unicode.IsControl(r):
			case unicode.IsLetter(r), unicode.IsDigit(r), strings.ContainsRune(" _-.,:", r):
				b.WriteRune(r)
			default:
				fmt.Fprintf(&b, "#%d;", r)
			}
		}
		escaped[i] = b.String()
	}
	return `"` + strings.Join(escaped, "<br>") + `"`
}

// subtitle is what stands below a name.
func subtitle(n Node) string {
	switch {
	case n.Kind == Consumer && n.Team != "":
		return "consumer, team " + n.Team
	case n.Kind == Saga && len(n.Steps) == 1:
		return "saga, 1 step"
	case n.Kind == Saga:
		return fmt.Sprintf("saga, %d steps", len(n.Steps))
	case n.Retired:
		return "retired event"
	default:
		return string(n.Kind)
	}
}

package graph

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Sizes, in pixels.
const (
	margin     = 24
	nodeHeight = 46
	passHeight = 6
	rowGap     = 16
	layerGap   = 90
	legend     = 34
)

// colour is that of a kind, by day and by night.
type colour struct{ fill, line, darkFill, darkLine string }

var colours = map[Kind]colour{
	Aggregate:  {"#fff3c4", "#b58900", "#3d3410", "#d9b43a"},
	Event:      {"#ffe0cc", "#c4590e", "#40240f", "#f0883e"},
	Reaction:   {"#e3dcff", "#6e4cc4", "#2b2147", "#a78bfa"},
	Saga:       {"#ffd9e6", "#b83265", "#42172a", "#f778ba"},
	Projection: {"#d5f2d9", "#2d8a3e", "#14351b", "#56d364"},
	Consumer:   {"#d8e9ff", "#2a6fc9", "#122c4d", "#58a6ff"},
}

// SVG draws the graph from left to right. The picture stands for itself: no fonts, scripts or links; it is light or dark
// as its viewer wishes.
func (g *Graph) SVG() []byte {
	d := lay(g)
	width, height := d.size()
	var out bytes.Buffer
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%.0f" viewBox="0 0 %.0f %.0f" role="img">`+"\n", width, height, width, height)
	fmt.Fprintf(&out, "<title>%s</title>\n", text("Flow of events: "+strings.Join(g.packages(), ", ")))
	writeStyle(&out)
	fmt.Fprintf(&out, `<rect class="paper" width="%.0f" height="%.0f"/>`+"\n", width, height)
	for _, r := range d.routes {
		writeRoute(&out, r)
	}
	for _, layer := range d.layers {
		for _, p := range layer {
			if p.node != nil {
				writeNode(&out, p, len(g.packages()) > 1)
			}
		}
	}
	writeLegend(&out, height)
	out.WriteString("</svg>\n")
	return out.Bytes()
}

func (g *Graph) packages() []string {
	var names []string
	for i, n := range g.Nodes {
		if i == 0 || g.Nodes[i-1].Package != n.Package {
			names = append(names, n.Package)
		}
	}
	return names
}

func (d *drawing) size() (width, height float64) {
	width, height = 640, margin
	for _, layer := range d.layers {
		for _, p := range layer {
			width, height = max(width, p.x+p.width+margin), max(height, p.y+p.height/2+margin)
		}
	}
	return width, height + legend
}

func writeStyle(out *bytes.Buffer) {
	out.WriteString(`<style>
text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;fill:#1f2328}
.name{font-size:14px;font-weight:600}.sub{font-size:11px;fill:#59636e}.paper{fill:#ffffff}
path{fill:none;stroke:#8c959f;stroke-width:1.5}.emits{stroke:#6e4cc4;stroke-width:2}.back{stroke-dasharray:6 4}
.head{fill:#8c959f;stroke:none}.emits.head{fill:#6e4cc4}.retired{opacity:.55}
`)
	for _, k := range kinds {
		fmt.Fprintf(out, ".%s{fill:%s;stroke:%s;stroke-width:1.5}\n", k, colours[k].fill, colours[k].line)
	}
	out.WriteString("@media (prefers-color-scheme:dark){\ntext{fill:#e6edf3}.sub{fill:#9198a1}.paper{fill:#0d1117}path{stroke:#6e7681}.emits{stroke:#a78bfa}" +
		".head{fill:#6e7681;stroke:none}.emits.head{fill:#a78bfa}\n")
	for _, k := range kinds {
		fmt.Fprintf(out, ".%s{fill:%s;stroke:%s}\n", k, colours[k].darkFill, colours[k].darkLine)
	}
	out.WriteString("}\n</style>\n")
}

// writeNode draws a box with a name and what it is.
func writeNode(out *bytes.Buffer, p *point, several bool) {
	n := p.node
	class, radius := string(n.Kind), 6
	if n.Kind == Event {
		radius = nodeHeight / 2
	}
	if n.Retired {
		class += " retired"
	}
	top := p.y - p.height/2
	fmt.Fprintf(out, `<g><title>%s</title>`, text(tooltip(n)))
	fmt.Fprintf(out, `<rect class="%s" x="%.1f" y="%.1f" width="%.1f" height="%.1f" rx="%d"/>`, class, p.x, top, p.width, p.height, radius)
	fmt.Fprintf(out, `<text class="name" x="%.1f" y="%.1f" text-anchor="middle">%s</text>`, p.x+p.width/2, top+20, text(shown(n.Name)))
	fmt.Fprintf(out, `<text class="sub" x="%.1f" y="%.1f" text-anchor="middle">%s</text></g>`+"\n", p.x+p.width/2, top+36, text(shown(caption(n, several))))
}

// caption is the second line of a node.
func caption(n *Node, several bool) string {
	if several {
		return subtitle(*n) + " · " + n.Package
	}
	return subtitle(*n)
}

// tooltip is what a node says if one points at it.
func tooltip(n *Node) string {
	lines := []string{n.ID}
	if n.Doc != "" {
		lines = append(lines, n.Doc)
	}
	if n.Team != "" {
		lines = append(lines, "team "+n.Team)
	}
	for _, s := range n.Steps {
		line := "step " + s.Name
		if s.Compensate != "" {
			line += ", undone by " + s.Compensate
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// headLength is that of the head of an arrow.
const headLength = 8

// writeRoute draws a curve with a head where the event goes. What goes back runs a little below what comes.
func writeRoute(out *bytes.Buffer, r route) {
	first, last := r.points[0], r.points[len(r.points)-1]
	begin, end := place{first.x + first.width, first.y}, place{last.x, last.y}
	class, tip, back := string(r.edge.Flow), end, -1
	if r.backward {
		begin.y, end.y = begin.y+headLength, end.y+headLength
		class, tip, back = class+" back", begin, 1
		begin.x += headLength
	} else {
		end.x -= headLength
	}
	fmt.Fprintf(out, `<path class="%s" d="M%.1f %.1f`, class, begin.x, begin.y)
	at := begin
	for _, p := range r.points[1 : len(r.points)-1] {
		at.curve(out, place{p.x, p.y})
		at.x += p.width
		fmt.Fprintf(out, " H%.1f", at.x)
	}
	at.curve(out, end)
	fmt.Fprintf(out, `"/><path class="%s head" d="M%.1f %.1f l%d -4 v8 z"><title>%s</title></path>`+"\n",
		class, tip.x, tip.y, back*headLength, text(r.edge.From+" "+string(r.edge.Flow)+" "+r.edge.To))
}

// place is where a pen is.
type place struct{ x, y float64 }

// curve draws from one place to another, level at both ends.
func (p *place) curve(out *bytes.Buffer, to place) {
	bend := (to.x - p.x) / 2
	fmt.Fprintf(out, " C%.1f %.1f %.1f %.1f %.1f %.1f", p.x+bend, p.y, to.x-bend, to.y, to.x, to.y)
	*p = to
}

func writeLegend(out *bytes.Buffer, height float64) {
	x := float64(margin)
	for _, k := range kinds {
		fmt.Fprintf(out, `<rect class="%s" x="%.1f" y="%.1f" width="12" height="12" rx="3"/>`, k, x, height-26)
		fmt.Fprintf(out, `<text class="sub" x="%.1f" y="%.1f">%s</text>`+"\n", x+18, height-16, k)
		x += 34 + 6.6*float64(len(k))
	}
}

// longest is how many characters of a text are shown; pointing at it shows all.
const longest = 44

func shown(s string) string {
	if utf8.RuneCountInString(s) <= longest {
		return s
	}
	return string([]rune(s)[:longest-1]) + "…"
}

// widthOf estimates how wide the texts of a node are, on the safe side for common fonts.
func widthOf(n *Node) float64 {
	name := 9.2 * float64(utf8.RuneCountInString(shown(n.Name)))
	sub := 6.1 * float64(utf8.RuneCountInString(shown(caption(n, true))))
	return max(name, sub, 70) + 32
}

// text escapes what would be markup, and leaves out what XML cannot hold.
func text(s string) string {
	var out bytes.Buffer
	_ = xml.EscapeText(&out, []byte(s)) // a buffer takes everything
	return strings.ReplaceAll(out.String(), "&#xA;", "\n")
}

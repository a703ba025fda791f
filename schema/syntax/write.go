package syntax

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// lineWidth is where printed lines end if they can.
const lineWidth = 100

// out is YAML that is to be written. The zero out is absent: it is left out of mappings and lists.
type out struct {
	form  form
	text  string // of a scalar
	pairs []outPair
	items []out

	bareKey bool // see bareKeyed
}

type outPair struct {
	key   string
	value out
}

// bareKeyed marks a value whose key is written as it stands: a number, which quotes would turn into text, or `on`.
func bareKeyed(o out) out {
	o.bareKey = true
	return o
}

// written is the key as it is written.
func (p outPair) written() string {
	if p.value.bareKey {
		return p.key
	}
	return inFlow(p.key)
}

type form uint8

const (
	absent  form = iota
	word         // a scalar that is written as it stands
	prose        // a scalar that is quoted as needed
	block        // a mapping on several lines
	spaced       // a mapping on several lines with empty lines between its entries
	compact      // a mapping on one line where it fits
	series       // a list on one line where it fits
	column       // a list on several lines
)

func raw(text string) out { return out{form: word, text: text} }

func text(s string) out { return out{form: prose, text: s} }

// optional leaves out the text that was not written.
func optional(t Text) out {
	if t.Value == "" {
		return out{}
	}
	return text(t.Value)
}

func truth(f Flag) out {
	if !f.Value {
		return out{}
	}
	return raw("true")
}

// choice leaves out the answer that was not given.
func choice(f *Flag) out {
	if f == nil {
		return out{}
	}
	return raw(strconv.FormatBool(f.Value))
}

func mapping(f form, pairs ...outPair) out { return out{form: f, pairs: pairs} }

func list(f form, items []out) out {
	if len(items) == 0 {
		return out{}
	}
	return out{form: f, items: items}
}

// present returns the entries that are not left out.
func (o out) present() []outPair {
	var pairs []outPair
	for _, p := range o.pairs {
		if p.value.form != absent {
			pairs = append(pairs, p)
		}
	}
	return pairs
}

// orAbsent leaves out a mapping without entries.
func (o out) orAbsent() out {
	if len(o.present()) == 0 {
		return out{}
	}
	return o
}

// writer writes YAML in one canonical way.
type writer struct{ strings.Builder }

// value writes what stands behind a colon or a dash at a column; indent is that of the line.
func (w *writer) value(o out, indent, at int) {
	if flow, ok := o.onOneLine(lineWidth - at); ok {
		w.WriteByte(' ')
		w.WriteString(flow)
		w.WriteByte('\n')
		return
	}
	switch o.form {
	case prose:
		w.prose(o.text, indent)
	case series, column:
		w.WriteByte('\n')
		w.list(o.items, indent+2)
	default:
		w.WriteByte('\n')
		w.mapping(o, indent+2)
	}
}

func (w *writer) mapping(o out, indent int) {
	for i, p := range o.present() {
		if o.form == spaced && i > 0 {
			w.WriteByte('\n')
		}
		w.entry(p, indent)
	}
}

func (w *writer) entry(p outPair, indent int) {
	w.pad(indent)
	key := p.written()
	w.WriteString(key)
	w.WriteByte(':')
	w.value(p.value, indent, indent+len(key)+2)
}

func (w *writer) list(items []out, indent int) {
	for _, item := range items {
		w.pad(indent)
		w.WriteByte('-')
		if pairs := item.present(); len(pairs) > 0 && item.form != compact {
			w.WriteByte(' ')
			w.dashed(pairs, indent+2)
			continue
		}
		if flow, ok := item.onOneLine(lineWidth - indent - 2); ok || len(item.present()) == 0 {
			if !ok {
				w.value(item, indent, indent+2)
				continue
			}
			w.WriteString(" " + flow + "\n")
			continue
		}
		w.WriteByte(' ')
		w.dashed(item.present(), indent+2)
	}
}

// dashed writes a mapping whose first entry stands behind a dash.
func (w *writer) dashed(pairs []outPair, indent int) {
	for i, p := range pairs {
		if i > 0 {
			w.pad(indent)
		}
		key := p.written()
		w.WriteString(key + ":")
		w.value(p.value, indent, indent+len(key)+2)
	}
}

func (w *writer) pad(n int) { w.WriteString(strings.Repeat(" ", n)) }

// onOneLine returns the flow form where it is allowed and fits into the width.
func (o out) onOneLine(width int) (string, bool) {
	switch o.form {
	case word:
		return o.text, true
	case prose:
		if quoted := inBlock(o.text); plainLine(o.text) && utf8.RuneCountInString(quoted) <= width {
			return quoted, true
		}
		if !foldable(o.text) && !literal(o.text) {
			return inBlock(o.text), true
		}
		return "", false
	case compact, series:
		if !o.flat() {
			return "", false
		}
		s := o.flow()
		return s, utf8.RuneCountInString(s) <= width || len(o.items)+len(o.present()) == 0
	case block, spaced:
		return "{}", len(o.present()) == 0
	}
	return "", false
}

// flat reports whether everything inside may stand in the flow form.
func (o out) flat() bool {
	switch o.form {
	case prose:
		return !literal(o.text)
	case block, spaced, column:
		return len(o.pairs)+len(o.items) == 0
	}
	for _, p := range o.pairs {
		if p.value.form != absent && !p.value.flat() {
			return false
		}
	}
	for _, item := range o.items {
		if !item.flat() {
			return false
		}
	}
	return true
}

func (o out) flow() string {
	switch o.form {
	case word:
		return o.text
	case prose:
		return inFlow(o.text)
	case series, column:
		parts := make([]string, len(o.items))
		for i, item := range o.items {
			parts[i] = item.flow()
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	var parts []string
	for _, p := range o.present() {
		parts = append(parts, p.written()+": "+p.value.flow())
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// prose writes a long text: literally where it has lines, else folded.
func (w *writer) prose(s string, indent int) {
	pad := strings.Repeat(" ", indent+2)
	if literal(s) {
		w.WriteString(" |")
		if body, ends := strings.CutSuffix(s, "\n"); ends {
			s = body
		} else {
			w.WriteByte('-')
		}
		for _, line := range strings.Split(s, "\n") {
			w.WriteByte('\n')
			if line != "" {
				w.WriteString(pad + line)
			}
		}
		w.WriteByte('\n')
		return
	}
	w.WriteString(" >-")
	at := lineWidth
	for _, field := range strings.Split(s, " ") {
		n := utf8.RuneCountInString(field)
		if at+1+n > lineWidth {
			w.WriteString("\n" + pad)
			at = len(pad)
		} else {
			w.WriteByte(' ')
			at++
		}
		w.WriteString(field)
		at += n
	}
	w.WriteByte('\n')
}

// literal reports whether a text reads best, and rightly, in the literal form.
func literal(s string) bool {
	body := strings.TrimSuffix(s, "\n")
	if !strings.Contains(body, "\n") || strings.HasSuffix(body, "\n") {
		return false
	}
	for _, line := range strings.Split(body, "\n") {
		if !printableLine(line) || line != "" && strings.TrimSpace(line) == "" {
			return false
		}
	}
	return body[0] != ' ' && body[0] != '\n'
}

// foldable reports whether a text can be broken at its spaces.
func foldable(s string) bool {
	return plainLine(s) && !strings.Contains(s, "  ") && !strings.HasPrefix(s, " ") && !strings.HasSuffix(s, " ") &&
		strings.Contains(s, " ")
}

func plainLine(s string) bool { return !strings.Contains(s, "\n") && printableLine(s) }

func printableLine(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(c rune) bool { return !unicode.IsPrint(c) })
}

// Package fix mends what a comparison found, where that is safe.
//
// In: the result of a comparison. Out: edits, each the new text of one schema file: a version that was edited is put
// back and the edit becomes the next version, a renamed event answers to its old name, a deleted event comes back as
// retired. An edit that leaves a file that does not parse is not offered. It writes no file, and invents no upcast rule.
package fix

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"github.com/evgen/evgen/schema/compat"
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/lock"
	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax"
	"github.com/evgen/evgen/schema/syntax/tree"
)

// Fix is one edit of one file.
type Fix struct {
	Rules   []string // of the findings that it mends, the first one leading
	Element string   // the event, or version of one, that they are about: "shop.OrderPlaced@1"
	Title   string   // what it does, for people
	File    *source.File
	Bytes   []byte // the new text
}

// Fixes lists the edits that mend a result, in its order. Several may concern one file: apply one, and compare again.
func Fixes(r *compat.Result) []Fix {
	var out []Fix
	for _, e := range r.Events {
		for _, j := range e.Changes {
			switch j.Rule.ID {
			case "event-renamed":
				out = add(out, answer(e, j))
			case "event-removed":
				out = add(out, retire(e, j))
			}
		}
		for _, s := range e.Steps {
			if s.Kind == compat.InPlace && needsVersion(s) {
				out = add(out, bump(e, s))
			}
		}
	}
	return out
}

// add takes a fix whose text parses.
func add(fixes []Fix, f *Fix) []Fix {
	if f == nil || bytes.Equal(f.Bytes, f.File.Bytes) {
		return fixes
	}
	rep := &diag.Report{}
	if syntax.Parse(source.NewFile(f.File.Name, f.Bytes), rep); rep.HasErrors() {
		return fixes
	}
	return append(fixes, *f)
}

// needsVersion reports whether an edit of a released version changes its shape.
func needsVersion(s *compat.Step) bool {
	if s.From.Version.Draft {
		return false
	}
	for _, j := range s.Changes {
		if j.Rule.ChangesShape() {
			return true
		}
	}
	return false
}

// bump puts a version back as it was and makes what it had become the next one. Only the newest version can be bumped.
func bump(e *compat.EventResult, s *compat.Step) *Fix {
	now := s.To.Version
	file := now.Span.File
	if now != now.Event.Versions[len(now.Event.Versions)-1] || touchesTypes(s) {
		return nil
	}
	evolved := syntax.Evolve(file, now.Event.Name, &diag.Report{})
	if evolved == nil {
		return nil
	}
	was := oldText(s.From.Version)
	old, oldOK := versionEntry(was, s.From.Version.Event.Name, now.Number)
	new, newOK := versionEntry(evolved, now.Event.Name, now.Number)
	if !oldOK || !newOK {
		return nil
	}
	block := indented(was[old.start:old.end], old.indent, new.indent)
	text := append(append(append([]byte(nil), evolved[:new.start]...), block...), evolved[new.end:]...)
	return &Fix{
		Rules: append(rulesOf(s), "released-version-edited"), Element: element(e) + "@" + strconv.Itoa(now.Number), File: file, Bytes: text,
		Title: fmt.Sprintf("put %s v%d back as it was, and make the edit v%d", e.Name, now.Number, now.Number+1),
	}
}

// touchesTypes reports whether the edit is in a shared type, which a copy of the event does not undo.
func touchesTypes(s *compat.Step) bool {
	for _, j := range s.Changes {
		if j.Via != "" {
			return true
		}
	}
	return false
}

func element(e *compat.EventResult) string { return e.Package + "." + e.Name }

// rulesOf are the rules of a step's changes, those of its shape first.
func rulesOf(s *compat.Step) []string {
	var shape, rest []string
	for _, j := range s.Changes {
		if j.Rule.ChangesShape() {
			shape = append(shape, j.Rule.ID)
		} else {
			rest = append(rest, j.Rule.ID)
		}
	}
	return append(shape, rest...)
}

// oldText is a file in which the old version stands: its own, or one made of the lock.
func oldText(v *model.EventVersion) []byte {
	if v.Span.File.Name == lock.FileName {
		return lock.Shape(v)
	}
	return v.Span.File.Bytes
}

// entry is the lines of a version in a file.
type entry struct{ start, end, indent int }

// versionEntry finds a version whose `versions:` stands in block form.
func versionEntry(text []byte, event string, version int) (entry, bool) {
	root := tree.Parse(source.NewFile("schema.yaml", text), &diag.Report{})
	versions, ok := find(root, "events", event, "versions")
	if !ok || versions.Value.Flow {
		return entry{}, false
	}
	for _, p := range versions.Value.Pairs {
		if p.Key.Text == strconv.Itoa(version) {
			start, end := tree.Entry(root, p)
			lineStart := bytes.LastIndexByte(text[:p.Key.Span.Start], '\n') + 1
			return entry{start, min(end, len(text)), p.Key.Span.Start - lineStart}, true
		}
	}
	return entry{}, false
}

// find follows keys down from the root.
func find(root *tree.Node, keys ...string) (tree.Pair, bool) {
	var at tree.Pair
	n := root
	for _, key := range keys {
		found := false
		if n == nil {
			return tree.Pair{}, false
		}
		for _, p := range n.Pairs {
			if p.Key.Text == key {
				at, n, found = p, p.Value, true
				break
			}
		}
		if !found {
			return tree.Pair{}, false
		}
	}
	return at, true
}

// indented moves lines to another column, and ends them.
func indented(lines []byte, from, to int) []byte {
	var b bytes.Buffer
	for line := range bytes.Lines(lines) {
		trimmed := bytes.TrimLeft(line, " ")
		depth := len(line) - len(trimmed)
		if len(bytes.TrimSpace(line)) > 0 {
			b.WriteString(strings.Repeat(" ", max(depth+to-from, 0)))
		}
		b.Write(trimmed)
	}
	if b.Len() > 0 && !bytes.HasSuffix(b.Bytes(), []byte("\n")) {
		b.WriteByte('\n')
	}
	return b.Bytes()
}

// answer lets a renamed event answer to its old wire type.
func answer(e *compat.EventResult, j *compat.Judgement) *Fix {
	file := j.New.Span.File
	text := insertKey(file, e.Name, "was", j.Old.Text)
	if text == nil {
		return nil
	}
	return &Fix{Rules: []string{j.Rule.ID, "released-version-removed"}, Element: element(e), File: file, Bytes: text, Title: fmt.Sprintf("let %s answer to %s, its old wire type", e.Name, j.Old.Text)}
}

// insertKey adds a key to an event that lacks it; nil where that cannot be done by adding text.
func insertKey(file *source.File, event, key, value string) []byte {
	root := tree.Parse(file, &diag.Report{})
	decl, ok := find(root, "events", event)
	if !ok || decl.Value.Get(key) != nil || len(decl.Value.Pairs) == 0 {
		return nil
	}
	first := decl.Value.Pairs[0].Key.Span.Start
	if decl.Value.Flow {
		return splice(file.Bytes, first, first, key+": "+value+", ")
	}
	line := bytes.LastIndexByte(file.Bytes[:first], '\n') + 1
	pad := strings.Repeat(" ", first-line)
	return splice(file.Bytes, line, line, pad+key+": "+value+"\n")
}

func splice(text []byte, start, end int, with string) []byte {
	return append(append(append([]byte(nil), text[:start]...), with...), text[end:]...)
}

// retire brings a deleted event back, as one that is produced no more, in a file of its package.
func retire(e *compat.EventResult, j *compat.Judgement) *Fix {
	file := j.New.Span.File
	old := declaring(j.Old.Span.File, e)
	if file == nil || old == nil || !bytes.Contains(file.Bytes, []byte("package: "+e.Package)) {
		return nil
	}
	retired := insertKey(old, e.Name, "retired", "true")
	if retired == nil {
		return nil
	}
	from := tree.Parse(source.NewFile(old.Name, retired), &diag.Report{})
	decl, ok := find(from, "events", e.Name)
	root := tree.Parse(file, &diag.Report{})
	events, there := find(root, "events")
	if !ok || !there || events.Value.Flow || len(events.Value.Pairs) == 0 {
		return nil
	}
	start, end := tree.Entry(from, decl)
	last := events.Value.Pairs[len(events.Value.Pairs)-1]
	_, at := tree.Entry(root, last)
	at = min(at, len(file.Bytes))
	block := indented(retired[start:min(end, len(retired))], column(retired, decl), column(file.Bytes, last))
	if at > 0 && file.Bytes[at-1] != '\n' {
		block = append([]byte("\n"), block...)
	}
	return &Fix{
		Rules: []string{j.Rule.ID, "released-version-removed"}, Element: element(e), File: file, Bytes: splice(file.Bytes, at, at, string(block)),
		Title: fmt.Sprintf("bring %s back as a retired event", e.Name),
	}
}

func column(text []byte, p tree.Pair) int {
	return p.Key.Span.Start - (bytes.LastIndexByte(text[:p.Key.Span.Start], '\n') + 1)
}

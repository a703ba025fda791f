package fix

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/evgen/evgen/schema/compat"
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax/tree"
)

// answer lets an event answer to the wire type that it, or the event that it was, had.
func answer(found, now *compat.EventResult, j *compat.Judgement, file *source.File) *Fix {
	text := insertKey(file, now.Name, "was", j.Old.Text)
	if text == nil {
		return nil
	}
	return &Fix{
		Rules: []string{j.Rule.ID, "released-version-removed"}, Element: element(found), File: file, Bytes: text,
		Title: fmt.Sprintf("let %s answer to %s, its old wire type", now.Name, j.Old.Text),
	}
}

// became lets the event that a missing one seems to have become answer to its name.
func became(e *compat.EventResult, j *compat.Judgement) *Fix {
	for _, now := range e.Became.Changes {
		if now.Kind == "event-added" {
			return answer(e, e.Became, j, now.New.Span.File)
		}
	}
	return nil
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

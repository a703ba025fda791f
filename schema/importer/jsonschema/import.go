package jsonschema

import (
	"encoding/json"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/syntax"
)

// Input is one schema file. Name is slash-separated and relative to the root of Options.Loader: it tells versions
// of an event apart (created/1.0.0.json) and is what references are relative to.
type Input struct {
	Name  string
	Bytes []byte
}

// Options steer an import. The zero Options import into package "events" and follow references among the inputs only.
type Options struct {
	Package string  // of the documents; "events" if empty
	Loader  fs.FS   // where files that are referred to are read from; nil: only the inputs
	Formats Formats // how far `format` is believed
	Event   string  // name of the only event, whatever its title or file is called; "": named after those
}

// Result is what an import made.
type Result struct {
	Documents   []*syntax.Document // one per event and one for shared types, sorted by file name
	Losses      []Loss             // sorted by file and pointer
	Guesses     []Guess            // upcast rules that a person should look at
	Definitions []string           // inputs that are no events: other inputs refer to them
	Events      []Imported         // sorted by name
}

// Imported says where a version of an event came from.
type Imported struct {
	Event     string // name in the documents
	Wire      string // wire type
	Version   int
	Published string // version as published; may be empty
	File      string
	Pointer   string // JSON Pointer of the schema in the file
	Fields    int    // fields of the version, those of nested types included, each type once
	JSON      int    // how many of them hold a json leaf
}

// Guess is an upcast rule that was not obvious: a rename that was inferred, or a step to be written by hand.
type Guess struct {
	In      string // "Pushed v2" or "Repository v3"
	Field   string
	Message string
}

// Import turns JSON Schemas into documents. Files that are versions of one event become its versions, with the
// upcast rules that follow from the schemas. The result does not depend on the order of the inputs.
//
// The report holds an error for each input that could not be imported; the others are imported all the same. Import
// reads files through opts.Loader only, and keeps nothing of the inputs but their bytes.
func Import(inputs []Input, opts Options) (Result, *diag.Report) {
	report, losses := &diag.Report{}, &ledger{}
	if opts.Package == "" {
		opts.Package = "events"
	}
	if !token.IsIdentifier(opts.Package) || opts.Package != strings.ToLower(opts.Package) {
		report.Add(*badPackage(opts.Package))
		return Result{}, report
	}
	library := newLibrary(opts.Loader, losses, report)
	roots, definitions := library.collect(inputs)
	reader := newReader(library, opts.Formats)
	events := reader.readEvents(roots)
	reader.noteUnused(library.inputs)
	reader.settle()
	events = reader.checkEvents(events)
	reader.prune(events)
	if len(events) == 0 && !report.HasErrors() {
		report.Add(*nothingToImport())
	}
	types := declare(events, reader.carrier())
	if opts.Event != "" {
		report.Add(nameOnly(events, opts.Event)...)
	} else {
		nameEvents(events)
	}
	nameTypes(types, events)
	w := &writer{pkg: opts.Package, losses: losses, carried: reader.carrier()}
	result := Result{Documents: w.documents(events, types), Guesses: w.guesses, Definitions: definitions}
	result.Events, result.Losses = summary(events), losses.sorted()
	return result, report
}

// collect reads all inputs and tells events from what they are made of.
func (l *library) collect(inputs []Input) (roots []*node, definitions []string) {
	inputs = slices.Clone(inputs)
	slices.SortStableFunc(inputs, func(a, b Input) int { return strings.Compare(a.Name, b.Name) })
	var files []*file
	for i, in := range inputs {
		in.Name = strings.TrimPrefix(path.Clean(in.Name), "/")
		if i > 0 && l.files[in.Name] != nil {
			continue
		}
		if f := l.add(in.Name, in.Bytes); f != nil {
			f.input = true
			files = append(files, f)
		}
	}
	l.inputs = files
	used := l.referredTo(files)
	for _, f := range files {
		switch events := l.eventsIn(f.root, map[*node]bool{}); {
		case used[f] && len(used) < len(files), len(events) == 0:
			definitions = append(definitions, f.name)
		default:
			roots = append(roots, events...)
		}
	}
	return distinctNodes(roots), definitions
}

func distinctNodes(nodes []*node) []*node {
	seen := map[*node]bool{}
	return slices.DeleteFunc(nodes, func(n *node) bool {
		known := seen[n]
		seen[n] = true
		return known
	})
}

// referredTo is the inputs that other inputs use as a whole. A list of events does not make them definitions.
func (l *library) referredTo(files []*file) map[*file]bool {
	used := map[*file]bool{}
	for _, f := range files {
		if isIndex(f.root) {
			continue
		}
		walkRefs(f.root, func(n *node) {
			if target := l.target(n, "$ref"); target != nil && target.up == nil && target.file != f && target.file.input {
				used[target.file] = true
			}
		})
	}
	return used
}

func walkRefs(n *node, visit func(*node)) {
	if n.str("$ref") != "" {
		visit(n)
	}
	for _, m := range n.members {
		if !instances[m.name] {
			walkRefs(m.node, visit)
		}
	}
	for _, e := range n.elems {
		walkRefs(e, visit)
	}
}

// instances are keywords that hold values, not schemas.
var instances = set("default", "example", "examples", "enum", "const")

// isIndex reports whether a schema only lists other schemas.
func isIndex(n *node) bool {
	list := n.get("oneOf")
	if list == nil {
		list = n.get("anyOf")
	}
	if list == nil || len(list.elems) == 0 {
		return false
	}
	for _, m := range n.members {
		if m.node != list && vocabulary[m.name] && (!annotations[m.name] || m.name == "$ref" || m.name == "allOf") {
			return false
		}
	}
	return !slices.ContainsFunc(list.elems, func(e *node) bool { return e.str("$ref") == "" })
}

// eventsIn is the schema itself, or the schemas that it lists. A file of definitions alone holds no event.
func (l *library) eventsIn(n *node, seen map[*node]bool) []*node {
	if seen[n] {
		return nil
	}
	seen[n] = true
	if n.up == nil && n.get("asyncapi") != nil {
		return messages(n)
	}
	if !isIndex(n) {
		if n.up == nil && n.sort == sortObject && onlyDefines(n) {
			return nil
		}
		return []*node{n}
	}
	list := n.get("oneOf")
	if list == nil {
		list = n.get("anyOf")
	}
	var out []*node
	for _, e := range list.elems {
		if target := l.target(e, "$ref"); target != nil {
			out = append(out, l.eventsIn(target, seen)...)
		}
	}
	return out
}

// messages is the payloads of an AsyncAPI document: those of its components, and those that channels hold themselves.
func messages(n *node) []*node {
	var out []*node
	add := func(message *node) {
		if p := message.get("payload"); p != nil && p.sort == sortObject {
			out = append(out, p)
		}
	}
	if named := n.get("components").get("messages"); named != nil {
		for _, m := range named.members {
			add(m.node)
		}
	}
	if channels := n.get("channels"); channels != nil {
		for _, channel := range channels.members {
			for _, operation := range channel.node.members {
				add(operation.node.get("message"))
			}
		}
	}
	return out
}

func onlyDefines(n *node) bool {
	defines := n.get("$defs") != nil || n.get("definitions") != nil
	return defines && !slices.ContainsFunc(n.members, func(m member) bool {
		return vocabulary[m.name] && (!annotations[m.name] || m.name == "$ref" || m.name == "allOf")
	})
}

func unquote(literal []byte) string {
	var s string
	if err := json.Unmarshal(literal, &s); err != nil {
		return string(literal)
	}
	return s
}

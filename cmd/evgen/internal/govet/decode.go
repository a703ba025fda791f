package govet

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/evgen/evgen/analysis/rule"
)

// Finding is one finding, as go vet prints it.
type Finding struct {
	Package string // import path
	Rule    string
	Message string
	At      Place
	Related []Note
	Fixes   []Fix
}

// Place is a range of a file. Columns are bytes, all numbers are counted from 1; EndLine is 0 where no end is known.
type Place struct {
	File            string
	Line, Column    int
	EndLine, EndCol int
}

// Note is another place that matters.
type Note struct {
	At      Place
	Message string
}

// Fix mends a finding: all of its edits, or none.
type Fix struct {
	Message string
	Edits   []Edit
}

// Edit replaces the bytes from Start to End of a file.
type Edit struct {
	File       string `json:"filename"`
	Start, End int
	New        string
}

// posted is a diagnostic in the JSON of go vet.
type posted struct {
	Category, Posn, End, Message string
	Related                      []struct{ Posn, End, Message string }
	Fixes                        []Fix `json:"suggested_fixes"`
}

// decode reads objects of packages, of analyzers, of diagnostics.
func decode(objects io.Reader) ([]Finding, error) {
	d := json.NewDecoder(objects)
	var all []Finding
	for {
		var packages map[string]map[string]json.RawMessage
		err := d.Decode(&packages)
		if errors.Is(err, io.EOF) {
			return compact(all), nil
		}
		if err != nil {
			return nil, fmt.Errorf("read what go vet prints: %w", err)
		}
		for pkg, analyzers := range packages {
			for name, raw := range analyzers {
				found, err := diagnostics(pkg, raw)
				if err != nil {
					return nil, fmt.Errorf("rule %s on %s: %w", name, pkg, err)
				}
				all = append(all, found...)
			}
		}
	}
}

// diagnostics are what one analyzer found; an object in their place is its error.
func diagnostics(pkg string, raw json.RawMessage) ([]Finding, error) {
	var list []posted
	if err := json.Unmarshal(raw, &list); err != nil {
		var failure struct{ Error string }
		if json.Unmarshal(raw, &failure) == nil && failure.Error != "" {
			return nil, errors.New(failure.Error)
		}
		return nil, fmt.Errorf("read what go vet prints: %w", err)
	}
	path, _, _ := strings.Cut(pkg, " ") // "p [p.test]" has the same files, and those of its tests
	var out []Finding
	for _, p := range list {
		f := Finding{Package: path, Rule: p.Category, Message: rule.Unnamed(p.Message, p.Category), At: newPlace(p.Posn, p.End), Fixes: p.Fixes}
		for _, r := range p.Related {
			f.Related = append(f.Related, Note{newPlace(r.Posn, r.End), r.Message})
		}
		out = append(out, f)
	}
	return out, nil
}

// newPlace reads "file:line:column"; the file may have colons of its own.
func newPlace(start, end string) Place {
	var p Place
	p.File, p.Line, p.Column = position(start)
	if file, line, column := position(end); file == p.File {
		p.EndLine, p.EndCol = line, column
	}
	return p
}

func position(posn string) (file string, line, column int) {
	rest, last := cutLast(posn)
	column, _ = strconv.Atoi(last)
	file, middle := cutLast(rest)
	line, _ = strconv.Atoi(middle)
	return file, line, column
}

func cutLast(s string) (before, after string) {
	i := strings.LastIndexByte(s, ':')
	if i < 0 {
		return s, ""
	}
	return s[:i], s[i+1:]
}

// compact sorts findings and drops those that two variants of a package share.
func compact(all []Finding) []Finding {
	slices.SortStableFunc(all, compare)
	return slices.CompactFunc(all, func(a, b Finding) bool { return compare(a, b) == 0 })
}

func compare(a, b Finding) int {
	return cmp.Or(
		cmp.Compare(a.At.File, b.At.File), cmp.Compare(a.At.Line, b.At.Line), cmp.Compare(a.At.Column, b.At.Column),
		cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Message, b.Message),
	)
}

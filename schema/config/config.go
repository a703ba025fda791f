// Package config reads evgen.yaml.
//
// In: the file at the root of a Go module, if there is one. Out: where schemas are, where each artefact goes, and
// how strict the checks are; every unknown key, word or path is a diagnostic. It creates nothing and has no
// settings from the environment.
package config

import (
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax"
	"github.com/evgen/evgen/schema/syntax/tree"
)

// Text is a value of the file and its place. A default has no place.
type Text = syntax.Text

// Config is the settings of a module. Paths are slash-separated and relative to the module's root.
type Config struct {
	Schemas       []Text // directories with schema files
	Out           Text   // directory under which each package gets its own
	Packages      []*Package
	Generate      Generate
	Lint          []*Rule
	Compatibility Compatibility
}

// Package overrides where one schema package goes.
type Package struct {
	Name   Text
	Out    Text // directory of the Go package; empty: <Config.Out>/<name>
	Import Text // import path, for a package that is generated in another module; empty: derived
}

// Switch turns an artefact on or off. Unset leaves it to evgen, which refuses what it cannot generate.
type Switch uint8

// The positions of a switch.
const (
	Unset Switch = iota
	On
	Disabled
)

// Generate switches artefacts on and off.
type Generate struct {
	Tests       Switch // compatibility tests; on if unset
	Projections Databases
	Consumers   Switch
	Reactions   Switch
	Sagas       Switch
	Docs        Switch
}

// Databases are those for which read models are generated: all unless the file says otherwise.
type Databases struct{ Postgres, SQLite bool }

// None reports whether read models are left out altogether.
func (d Databases) None() bool { return d == Databases{} }

// Level is what becomes of a finding of a rule.
type Level string

// The levels.
const (
	Off     Level = "off"
	Warning Level = "warn"
	Error   Level = "error"
)

// Rule sets the level and the options of a lint rule.
type Rule struct {
	ID      Text
	Level   Level // "" for the rule's own
	Reason  Text
	Options []Option
}

// Option is an option of a lint rule: one value of a limit, or the items of a list. The rule knows what it may be.
type Option struct {
	Name   Text
	Values []Text
}

// Compatibility says what evolution of schemas has to keep.
type Compatibility struct {
	Mode     string // "backward" or "full"
	Reader   string // "tolerant" or "strict"
	Enums    string // "open" or "closed"
	Suppress []*Suppression
}

// Suppression lets one finding pass.
type Suppression struct {
	Rule, Element, Reason Text
	Until                 Text // a date, "" for no end
	Span                  source.Span
}

// everyDatabase is what `projections: true` means.
var everyDatabase = Databases{Postgres: true, SQLite: true}

// Default returns the settings of a module without evgen.yaml.
func Default() *Config {
	return &Config{
		Schemas:       []Text{{Value: "schema"}},
		Out:           Text{Value: "events"},
		Generate:      Generate{Projections: everyDatabase},
		Compatibility: Compatibility{Mode: "backward", Reader: "tolerant", Enums: "open"},
	}
}

// Package returns the overrides of a schema package, or nil.
func (c *Config) Package(name string) *Package {
	for _, p := range c.Packages {
		if p.Name.Value == name {
			return p
		}
	}
	return nil
}

// Parse reads evgen.yaml; what it does not say has its default. Faults go to rep. A file with comments only is
// as good as none.
func Parse(file *source.File, rep *diag.Report) *Config {
	c := Default()
	if isBlank(file.Bytes) {
		return c
	}
	root := tree.Parse(file, rep)
	if root == nil {
		return c
	}
	p := &parser{tree.Reader{Report: rep}}
	p.config(root, c)
	return c
}

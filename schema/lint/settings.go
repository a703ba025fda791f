package lint

import (
	"path"
	"slices"
	"strconv"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/source"
)

// Option is a limit or a list that a rule takes from evgen.yaml: a list where Words is not nil, else a number.
type Option struct {
	Name   string
	Doc    string // what it does, one sentence
	Number int    // the default of a limit
	Words  []string
}

// IsList reports whether the option is a list.
func (o Option) IsList() bool { return o.Words != nil }

// allow is the option of most rules about names.
func allow(defaults ...string) Option {
	return Option{Name: "allow", Doc: "names that pass; `*` stands for any letters", Words: append([]string{}, defaults...)}
}

// Entry is a setting of a rule as evgen.yaml has it.
type Entry struct {
	Rule    string
	Level   string // "error", "warn", "off", or "" for the rule's own
	Span    source.Span
	Options []OptionEntry
}

// OptionEntry is the setting of an option: a number as text, or the items of a list.
type OptionEntry struct {
	Name   string
	Values []string
	Span   source.Span
}

// Settings are checked settings of rules. The zero Settings are the defaults.
type Settings struct{ byRule map[string]setting }

type setting struct {
	off      bool
	severity diag.Severity
	numbers  map[string]int
	words    map[string][]string
}

// Configure checks entries against the rules. What names no rule or option, or does not fit one, is a diagnostic; of
// several entries for a rule the last one holds.
func Configure(rules []Rule, entries []Entry) (Settings, []diag.Diagnostic) {
	out := Settings{byRule: map[string]setting{}}
	var faults []diag.Diagnostic
	for _, e := range entries {
		i := slices.IndexFunc(rules, func(r Rule) bool { return r.ID == e.Rule })
		if i < 0 {
			faults = append(faults, unknownRule(e, rules))
			continue
		}
		set := defaultsOf(rules[i])
		faults = append(faults, set.apply(rules[i], e)...)
		out.byRule[e.Rule] = set
	}
	return out, faults
}

func (s Settings) of(r Rule) setting {
	if set, ok := s.byRule[r.ID]; ok {
		return set
	}
	return defaultsOf(r)
}

func defaultsOf(r Rule) setting {
	s := setting{severity: r.Severity, numbers: map[string]int{}, words: map[string][]string{}}
	for _, o := range r.Options {
		s.numbers[o.Name], s.words[o.Name] = o.Number, o.Words
	}
	return s
}

func (s *setting) apply(r Rule, e Entry) []diag.Diagnostic {
	switch e.Level {
	case "off":
		s.off = true
	case "warn":
		s.severity = diag.Warning
	case "error":
		s.severity = diag.Error
	}
	var faults []diag.Diagnostic
	for _, given := range e.Options {
		faults = append(faults, s.option(r, given)...)
	}
	return faults
}

// option sets a number, or adds to a list: the defaults of a list stay.
func (s *setting) option(r Rule, given OptionEntry) []diag.Diagnostic {
	i := slices.IndexFunc(r.Options, func(o Option) bool { return o.Name == given.Name })
	if i < 0 {
		return []diag.Diagnostic{unknownOption(r, given)}
	}
	o := r.Options[i]
	if o.IsList() {
		if bad := slices.IndexFunc(given.Values, isBadPattern); bad >= 0 {
			return []diag.Diagnostic{badPattern(given, given.Values[bad])}
		}
		s.words[o.Name] = append(slices.Clone(o.Words), given.Values...)
		return nil
	}
	if len(given.Values) == 1 {
		if n, err := strconv.Atoi(given.Values[0]); err == nil && n >= 0 {
			s.numbers[o.Name] = n
			return nil
		}
	}
	return []diag.Diagnostic{badLimit(given)}
}

func isBadPattern(pattern string) bool {
	_, err := path.Match(pattern, "")
	return err != nil
}

// matches reports whether a name is one of a list of patterns.
func matches(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		ok, err := path.Match(pattern, name)
		return ok && err == nil
	})
}

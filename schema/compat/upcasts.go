package compat

import (
	"fmt"
	"slices"
	"strings"

	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/source"
)

// upcastText is what a step does, one rule a line: two steps with the same text make the same of every fact. Rules
// that follow from equal names do not show. A step between equal shapes is one line.
func upcastText(u *model.Upcast) string {
	if u == nil {
		return ""
	}
	lines := []string{"step"}
	if u.Go {
		lines = append(lines, "go: true")
	}
	for _, p := range u.Drop {
		lines = append(lines, "drop: "+p.String())
	}
	lines = append(lines, enumLines("", u.Enum)...)
	return strings.Join(append(lines, ruleLines("", u.Rules)...), "\n")
}

func upcastSpan(v *model.EventVersion) source.Span {
	if v.Upcast != nil && !v.Upcast.Span.IsZero() {
		return v.Upcast.Span
	}
	return v.Span
}

// ruleLines are the rules for the fields of a struct, whose path begins with a prefix.
func ruleLines(prefix string, rules []*model.Rule) []string {
	var lines []string
	for _, r := range rules {
		name := prefix + r.Target.Name
		if r.Op == model.OpNested {
			lines = append(lines, ruleLines(name+".", r.Rules)...)
			continue
		}
		if r.Implied && r.Value == nil {
			continue
		}
		lines = append(lines, name+": "+ruleText(r))
		lines = append(lines, enumLines(name, r.Enum)...)
	}
	slices.Sort(lines)
	return lines
}

var opTexts = [...]string{
	model.OpCarry: "carry", model.OpFrom: "from", model.OpDefault: "default", model.OpValue: "value", model.OpConvert: "convert",
	model.OpEnum: "enum", model.OpTemplate: "template", model.OpWrap: "wrap", model.OpUnwrap: "unwrap",
	model.OpEnvelope: "envelope", model.OpAbsent: "absent", model.OpNested: "nested", model.OpGo: "go",
}

func ruleText(r *model.Rule) string {
	parts := []string{opTexts[r.Op]}
	if r.From != nil {
		parts = append(parts, "from "+r.From.String())
	}
	if r.Value != nil {
		parts = append(parts, "value "+string(r.Value.JSON))
	}
	if r.Convert != nil {
		parts = append(parts, "by "+r.Convert.Name, r.Convert.Layout)
	}
	if r.Op == model.OpEnvelope {
		parts = append(parts, "$"+r.Envelope.String())
	}
	for _, p := range r.Template {
		if p.From != nil {
			parts = append(parts, "{"+p.From.String()+"}")
			continue
		}
		parts = append(parts, fmt.Sprintf("%q", p.Text))
	}
	return strings.Join(parts, " ")
}

func enumLines(name string, maps []*model.EnumMap) []string {
	var lines []string
	for _, m := range maps {
		lines = append(lines, fmt.Sprintf("%s enum %s: %s", name, m.Old.JSON, m.New.JSON))
	}
	slices.Sort(lines)
	return lines
}

// intoText is which events an event became.
func intoText(in *model.Into) string {
	if in == nil {
		return ""
	}
	lines := []string{"into"}
	if in.Go {
		lines = append(lines, "go: true")
	}
	for _, t := range in.Targets {
		lines = append(lines, fmt.Sprintf("%s@%d", t.Version.Event.Wire, t.Version.Number))
		lines = append(lines, ruleLines("  ", t.Rules)...)
	}
	return strings.Join(lines, "\n")
}

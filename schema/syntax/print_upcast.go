package syntax

import (
	"encoding/json"
	"strconv"
)

func printUpcast(u *UpcastDecl) out {
	if u == nil {
		return out{}
	}
	pairs := []outPair{{"go", truth(u.Go)}, {"enum", printEnumMap(u.Enum)}}
	if u.IsInto {
		pairs = append(pairs, outPair{"into", printInto(u.Into)})
	}
	for _, r := range u.Rules {
		pairs = append(pairs, outPair{r.Target.Value, printRule(r)})
	}
	return mapping(block, append(pairs, outPair{"drop", listOf(u.Drop)})...)
}

func printInto(targets []*IntoDecl) out {
	o := out{form: series}
	for _, t := range targets {
		name := t.Event.Value
		if t.Version > 0 {
			name += "@" + strconv.Itoa(t.Version)
		}
		if len(t.Rules) == 0 {
			o.items = append(o.items, text(name))
			continue
		}
		var rules []outPair
		for _, r := range t.Rules {
			rules = append(rules, outPair{r.Target.Value, printRule(r)})
		}
		o.items = append(o.items, mapping(compact, outPair{name, mapping(compact, rules...)}))
	}
	return o
}

func printRule(r *RuleDecl) out {
	return mapping(compact,
		outPair{"from", optional(r.From)}, outPair{"convert", optional(r.Convert)}, outPair{"layout", optional(r.Layout)},
		outPair{"wrap", optional(r.Wrap)}, outPair{"unwrap", optional(r.Unwrap)}, outPair{"enum", printEnumMap(r.Enum)},
		outPair{"template", optional(r.Template)}, outPair{"default", printLiteral(r.Default)}, outPair{"value", printLiteral(r.Value)},
		outPair{"else", printLiteral(r.Else)}, outPair{"go", truth(r.Go)},
	)
}

func printEnumPair(m *EnumMapDecl) outPair {
	var old string
	if json.Unmarshal(m.Old.JSON, &old) == nil {
		return outPair{old, printLiteral(m.New)}
	}
	return outPair{string(m.Old.JSON), bareKeyed(printLiteral(m.New))}
}

func printEnumMap(maps []*EnumMapDecl) out {
	var pairs []outPair
	for _, m := range maps {
		pairs = append(pairs, printEnumPair(m))
	}
	return mapping(compact, pairs...).orAbsent()
}

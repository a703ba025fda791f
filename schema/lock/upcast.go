package lock

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/syntax"
)

func count(n *int) syntax.Literal {
	if n == nil {
		return syntax.Literal{}
	}
	return syntax.Literal{JSON: strconv.AppendInt(nil, int64(*n), 10)}
}

func enumLiteral(e *model.Enum, v *model.EnumValue) syntax.Literal {
	if e.Kind == model.Int64 {
		return syntax.Literal{JSON: strconv.AppendInt(nil, v.Int, 10)}
	}
	b, _ := json.Marshal(v.Text) // a string always marshals
	return syntax.Literal{JSON: b}
}

// upcastDecl writes a step; rules that follow from equal names follow again.
func upcastDecl(u *model.Upcast) *syntax.UpcastDecl {
	if u == nil {
		return nil
	}
	d := &syntax.UpcastDecl{Go: syntax.Flag{Value: u.Go}, Enum: enumMaps(u.Enum), Rules: ruleDecls("", u.Rules)}
	for _, p := range u.Drop {
		d.Drop = append(d.Drop, text(p.String()))
	}
	if !u.Go && len(d.Enum)+len(d.Rules)+len(d.Drop) == 0 {
		return nil
	}
	return d
}

func enumMaps(maps []*model.EnumMap) []*syntax.EnumMapDecl {
	var out []*syntax.EnumMapDecl
	for _, m := range maps {
		out = append(out, &syntax.EnumMapDecl{Old: literal(m.Old), New: literal(m.New)})
	}
	return out
}

func ruleDecls(prefix string, rules []*model.Rule) []*syntax.RuleDecl {
	var out []*syntax.RuleDecl
	for _, r := range rules {
		name := prefix + r.Target.Name
		switch {
		case r.Op == model.OpNested:
			out = append(out, ruleDecls(name+".", r.Rules)...)
		case !r.Implied:
			d := &syntax.RuleDecl{Target: text(name)}
			if r.From != nil {
				d.From = text(r.From.String())
			}
			ruleOperations[r.Op](r, d)
			out = append(out, d)
		}
	}
	return out
}

// ruleOperations writes what a rule does, besides where it takes its value from.
var ruleOperations = map[model.Op]func(*model.Rule, *syntax.RuleDecl){
	model.OpCarry:   func(*model.Rule, *syntax.RuleDecl) {},
	model.OpFrom:    func(*model.Rule, *syntax.RuleDecl) {},
	model.OpAbsent:  func(*model.Rule, *syntax.RuleDecl) {},
	model.OpDefault: func(r *model.Rule, d *syntax.RuleDecl) { d.Default = literal(r.Value) },
	model.OpValue:   func(r *model.Rule, d *syntax.RuleDecl) { d.Value = literal(r.Value) },
	model.OpConvert: func(r *model.Rule, d *syntax.RuleDecl) {
		d.Convert, d.Layout, d.Else = text(r.Convert.Name), text(r.Convert.Layout), literal(r.Value)
	},
	model.OpEnum:     func(r *model.Rule, d *syntax.RuleDecl) { d.Enum, d.Else = enumMaps(r.Enum), literal(r.Value) },
	model.OpTemplate: func(r *model.Rule, d *syntax.RuleDecl) { d.Template = text(template(r.Template)) },
	model.OpWrap:     func(r *model.Rule, d *syntax.RuleDecl) { d.Wrap, d.Default = text("list"), literal(r.Value) },
	model.OpUnwrap:   func(r *model.Rule, d *syntax.RuleDecl) { d.Unwrap, d.Else = text("first"), literal(r.Value) },
	model.OpEnvelope: func(r *model.Rule, d *syntax.RuleDecl) { d.From = text("$" + r.Envelope.String()) },
	model.OpGo:       func(_ *model.Rule, d *syntax.RuleDecl) { d.Go = syntax.Flag{Value: true} },
}

var doubled = strings.NewReplacer("{", "{{", "}", "}}")

func template(parts []model.TemplatePart) string {
	var b strings.Builder
	for _, p := range parts {
		if p.From == nil {
			b.WriteString(doubled.Replace(p.Text))
			continue
		}
		b.WriteString("{" + p.From.String() + "}")
	}
	return b.String()
}

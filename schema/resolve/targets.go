package resolve

import (
	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax"
)

// targetTree sorts written rules by the fields that they make: a rule, or rules further inside.
type targetTree struct {
	rule *syntax.RuleDecl
	sub  map[*model.Field]*targetTree
	span source.Span // of the first rule here or inside
	name string      // what that rule makes
}

func (s *step) targets(target *model.Struct, decls []*syntax.RuleDecl) *targetTree {
	root := &targetTree{}
	for _, d := range decls {
		if p := s.r.path(target, d.Target, s.newName); p != nil {
			s.place(root, p, d)
		}
	}
	return root
}

// place refuses a rule for a struct beside rules for its fields.
func (s *step) place(t *targetTree, p *model.Path, d *syntax.RuleDecl) {
	for _, f := range p.Fields {
		if t.rule != nil {
			s.r.rep.Add(overlappingRules(d, t.rule.Target))
			return
		}
		next := t.sub[f]
		if next == nil {
			next = &targetTree{span: d.Span, name: d.Target.Value}
			if t.sub == nil {
				t.sub = map[*model.Field]*targetTree{}
			}
			t.sub[f] = next
		}
		t = next
	}
	if t.rule != nil || t.sub != nil {
		s.r.rep.Add(overlappingRules(d, syntax.Text{Value: t.name, Span: t.span}))
		return
	}
	t.rule = d
}

// usage notes which fields of the old version went somewhere.
type usage struct {
	whole bool
	sub   map[*model.Field]*usage
}

func (u *usage) mark(p *model.Path) {
	for _, f := range p.Fields {
		if u.sub == nil {
			u.sub = map[*model.Field]*usage{}
		}
		if u.sub[f] == nil {
			u.sub[f] = &usage{}
		}
		u = u.sub[f]
	}
	u.whole = true
}

// checkLost reports the fields of the old version that were neither carried nor used nor dropped.
func (s *step) checkLost() { s.lost(s.old, nil, &s.used) }

func (s *step) lost(old *model.Struct, at *model.Path, u *usage) {
	if u.whole {
		return
	}
	for _, f := range old.Fields {
		p := join(at, f)
		switch sub := u.sub[f]; {
		case sub == nil:
			s.r.rep.Add(fieldLost(s, p))
		case !sub.whole:
			s.lost(structOf(f.Type), p, sub)
		}
	}
}

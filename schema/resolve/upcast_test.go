package resolve_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/evgen/evgen/schema/model"
)

// types are declared in every case below.
const types = `package: shop
types:
  Origin: {enum: [web, app, old]}
  Site: {enum: [web, site]}
  Place:
    versions:
      1: {fields: {lat: float32, lon: float32}}
      2: {fields: {lat: float64, lon: float64, name: string?}}
  Address: {fields: {street: string, city: string?, zip: {type: string, default: "0"}}}
events:
  OrderPlaced:
    versions:
`

func schema(old, target, upcast string) string {
	return types + "      1: {fields: {" + old + "}}\n      2: {fields: {" + target + "}, upcast: {" + upcast + "}}\n"
}

var opNames = map[model.Op]string{
	model.OpCarry: "carry", model.OpFrom: "from", model.OpDefault: "default", model.OpValue: "value", model.OpConvert: "convert",
	model.OpEnum: "enum", model.OpTemplate: "template", model.OpWrap: "wrap", model.OpUnwrap: "unwrap", model.OpEnvelope: "envelope",
	model.OpAbsent: "absent", model.OpNested: "nested", model.OpGo: "go",
}

// describe writes rules as "field:op from=path value=json", nested ones in brackets.
func describe(rules []*model.Rule) string {
	var out []string
	for _, r := range rules {
		s := r.Target.Name + ":" + opNames[r.Op]
		if r.From != nil {
			s += " from=" + r.From.String()
		}
		if r.Value != nil {
			s += " value=" + string(r.Value.JSON)
		}
		if r.Convert != nil {
			s += fmt.Sprintf(" convert=%s/%t", r.Convert.Name, r.Convert.CanFail)
		}
		for _, e := range r.Enum {
			s += fmt.Sprintf(" %s->%s", e.Old.JSON, e.New.JSON)
		}
		for _, p := range r.Template {
			if p.From != nil {
				s += " {" + p.From.String() + "}"
			} else {
				s += fmt.Sprintf(" %q", p.Text)
			}
		}
		if r.Envelope != 0 {
			s += " $" + r.Envelope.String()
		}
		if r.Op == model.OpNested {
			s += " [" + describe(r.Rules) + "]"
		}
		out = append(out, s)
	}
	return strings.Join(out, "; ")
}

func TestUpcastPlans(t *testing.T) {
	for _, c := range []struct{ name, old, target, upcast, want string }{
		{"equal", "a: string", "a: string", "", "a:carry from=a"},
		{"order of the target", "a: string, b: bool", "b: bool, a: string", "", "b:carry from=b; a:carry from=a"},
		{"int32 to int64", "a: int32", "a: int64", "", "a:carry from=a"},
		{"uint32 to uint64", "a: uint32", "a: uint64", "", "a:carry from=a"},
		{"int32 to float64", "a: int32", "a: float64", "", "a:carry from=a"},
		{"float32 to float64", "a: float32", "a: float64", "", "a:carry from=a"},
		{"uri to string", "a: uri", "a: string", "", "a:carry from=a"},
		{"required to optional", "a: string", "a: string?", "", "a:carry from=a"},
		{"to nullable", "a: string", "a: string | null", "", "a:carry from=a"},
		{"null to absent", "a: string | null", "a: string?", "", "a:carry from=a"},
		{"one to many", "a: string", "a: one_or_many<string>", "", "a:carry from=a"},
		{"list to many", "a: list<int32>", "a: one_or_many<int64>", "", "a:carry from=a"},
		{"to a sum", "a: string", "a: string | int64", "", "a:carry from=a"},
		{"to a wider sum", "a: int64 | string", "a: string | int64 | bool", "", "a:carry from=a"},
		{"enum to string", "a: Origin", "a: string", "", "a:carry from=a"},
		{"later version of a type", "a: Place@1", "a: Place@2", "", "a:carry from=a"},
		{"elements", "a: map<list<Place@1>>", "a: map<list<Place@2>>", "", "a:carry from=a"},
		{"another encoding", "a: {type: timestamp, encoding: unix_s}", "a: timestamp", "", "a:carry from=a"},
		{"absent", "a: string", "a: string, b: string?", "", "a:carry from=a; b:absent"},
		{"declared default", "a: string", "a: string, b: {type: int64, default: 3}", "", "a:carry from=a; b:default value=3"},
		{"default for the optional", "a: string?", "a: {type: string, default: x}", "", `a:default from=a value="x"`},
		{"rename", "a: string", "b: string", "b: {from: a}", "b:from from=a"},
		{"rename with default", "a: string?", "b: string", "b: {from: a, default: x}", `b:default from=a value="x"`},
		{"default", "a: string", "a: string, b: bool", "b: {default: true}", "a:carry from=a; b:default value=true"},
		{"default where it was optional", "a: bool?", "a: bool", "a: {default: true}", "a:default from=a value=true"},
		{"default after a drop", "a: string", "a: bool", "a: {default: true}, drop: [a]", "a:default value=true"},
		{"value", "a: string", "a: string", "a: {value: v2}, drop: [a]", `a:value value="v2"`},
		{"conversion", "a: int64", "a: string", "a: {convert: int_to_string}", "a:convert from=a convert=int_to_string/false"},
		{"conversion that fails", "a: string", "b: int64", "b: {from: a, convert: string_to_int, else: 0}", "b:convert from=a value=0 convert=string_to_int/true"},
		{"open enum from string", "a: string", "b: Origin", "b: {from: a, convert: string_to_enum}", "b:convert from=a convert=string_to_enum/false"},
		{"unix", "a: int64", "a: timestamp", "a: {convert: unix_ms_to_timestamp}", "a:convert from=a convert=unix_ms_to_timestamp/false"},
		{"enum", "a: Origin", "a: Site", "a: {enum: {app: site, old: web}}", `a:enum from=a "app"->"site" "old"->"web"`},
		{"template", "a: string, b: int64", "c: string", `c: {template: "x{a}/{{{b}}}"}`, `c:template "x" {a} "/{" {b} "}"`},
		{"wrap", "a: string", "b: list<string>", "b: {from: a, wrap: list}", "b:wrap from=a"},
		{"unwrap", "a: list<string>", "b: string", `b: {from: a, unwrap: first, else: ""}`, `b:unwrap from=a value=""`},
		{"unwrap into optional", "a: list<string>", "b: string?", "b: {from: a, unwrap: first}", "b:unwrap from=a"},
		{"envelope", "a: string", "a: string, at: timestamp, id: uuid", "at: {from: $occurred_at}, id: {from: $event_id}", "a:carry from=a; at:envelope $occurred_at; id:envelope $event_id"},
		{"go for a field", "a: string, b: string", "c: string", "c: {go: true}", "c:go"},
		{"go from a field", "a: string", "c: string", "c: {from: a, go: true}", "c:go from=a"},
		{"out of a struct", "a: Address", "street: string", "street: {from: a.street}, drop: [a.city, a.zip]", "street:from from=a.street"},
		{"into a struct", "s: string, c: string", "a: Address", "a.street: {from: s}, a.city: {from: c}",
			`a:nested [street:from from=s; city:from from=c; zip:default value="0"]`},
		{"within a struct", "a: Address", "a: Address, b: bool", "a.street: {value: x}, b: {default: true}, drop: [a.street]",
			`a:nested [street:value value="x"; city:carry from=a.city; zip:carry from=a.zip]; b:default value=true`},
		{"names with dots", `"a.b": string, a: Address`, "c: string, a: Address", `c: {from: a.b}`, "c:from from=a.b; a:carry from=a"},
		{"fields named like keys", "drop: string, go: string, into: string", "drop: string, go: string, out: string",
			"drop: {from: go}, go: {from: drop}, out: {from: into}", "drop:from from=go; go:from from=drop; out:from from=into"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := resolveText(t, "shop.yaml", schema(c.old, c.target, c.upcast))
			if diff := cmp.Diff(c.want, describe(m.Packages[0].Events[0].Version(2).Upcast.Rules)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestWholeStepInGoHasNoRules(t *testing.T) {
	m := resolveText(t, "shop.yaml", schema("a: string", "b: list<int64>", "go: true"))
	if u := m.Packages[0].Events[0].Version(2).Upcast; !u.Go || u.Rules != nil {
		t.Errorf("go %t, %d rules", u.Go, len(u.Rules))
	}
}

func TestEnumTypeRenamesValues(t *testing.T) {
	m := resolveText(t, "shop.yaml", `package: shop
types:
  Origin:
    versions:
      1: {enum: [web, old]}
      2: {enum: [web, legacy], upcast: {enum: {old: legacy}}}
`)
	u := m.Packages[0].Types[0].Versions[1].Upcast
	if len(u.Enum) != 1 || string(u.Enum[0].Old.JSON) != `"old"` || string(u.Enum[0].New.JSON) != `"legacy"` {
		t.Errorf("got %v", u.Enum)
	}
}

func TestIntoPlansEachTarget(t *testing.T) {
	m := resolveText(t, "shop.yaml", `package: shop
events:
  OrderChanged:
    versions: {1: {fields: {amount: int64, note: string, by: string}}}
    upcast:
      into:
        - AmountChanged
        - NoteChanged@1: {text: {from: note}}
      drop: [by]
  AmountChanged: {versions: {1: {fields: {amount: int64}}}}
  NoteChanged: {versions: {1: {fields: {text: string}}, 2: {fields: {text: string, at: timestamp?}}}}
  OrderProbed:
    versions: {1: {fields: {a: string}}}
    upcast: {into: []}
`)
	changed, probed := m.Packages[0].Events[0].Into, m.Packages[0].Events[3].Into
	if len(changed.Targets) != 2 || len(changed.Drop) != 1 || probed == nil || len(probed.Targets) != 0 {
		t.Fatalf("into: %+v, %+v", changed, probed)
	}
	for i, want := range []string{"amount:carry from=amount", "text:from from=note"} {
		if got := describe(changed.Targets[i].Rules); got != want {
			t.Errorf("target %d: %s, want %s", i, got, want)
		}
	}
	if changed.Targets[1].Version.Number != 1 {
		t.Error("the pin of NoteChanged@1 is lost")
	}
}

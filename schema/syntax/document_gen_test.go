package syntax_test

import (
	"encoding/json"
	"fmt"
	"strings"

	"pgregory.net/rapid"

	"github.com/evgen/evgen/schema/syntax"
)

// Generators of documents that the language can express. Names are distinct within a block, as YAML wants.

var nasty = []string{
	"plain", "two words", "a: b", "a #b", "#", "- x", "null", "~", "true", "no", "on", "1", "1_000", "0o17", "1e400", ".5", "2026-01-31",
	"'", `"`, `\`, "{a}", "[b]", "a, b", "what? no", "string?", "x ?", "?", "*a", "&a", "!t", "|", ">", "%", "@", "`", "tab\there", "line\nbreak",
	"line\n\nbreak\n", "\nleading", "trailing\n\n", " lead", "trail ", "é日本", "\u0085", "\u2028", "\ufeff", "\x00", "\x7f", "\U0001f600", "\ue000?",
	"a long text that goes on and on so that it must be folded somewhere near the right-hand margin of the page, which is a hundred characters wide",
	"*/", "'; drop table", "a:", "key: |", "<<", "=", "a\r\nb", "  \nspaces", "x\n  indented\n# not a comment",
}

func anyText() *rapid.Generator[string] {
	return rapid.OneOf(rapid.SampledFrom(nasty), rapid.StringN(1, 20, 60)).Filter(func(s string) bool { return strings.TrimSpace(s) != "" })
}

func text(t *rapid.T, label string) syntax.Text {
	if rapid.Bool().Draw(t, label+" written") {
		return syntax.Text{Value: anyText().Draw(t, label)}
	}
	return syntax.Text{}
}

func written(t *rapid.T, label string) syntax.Text {
	return syntax.Text{Value: anyText().Draw(t, label)}
}

func flag(t *rapid.T, label string) syntax.Flag {
	return syntax.Flag{Value: rapid.Bool().Draw(t, label)}
}

func names(t *rapid.T, label string, most int) []syntax.Text {
	var out []syntax.Text
	for _, s := range rapid.SliceOfNDistinct(anyText(), 1, most, rapid.ID).Draw(t, label) {
		out = append(out, syntax.Text{Value: s})
	}
	return out
}

func anyValue(depth int) *rapid.Generator[any] {
	scalar := rapid.OneOf(
		rapid.Map(rapid.SampledFrom(append([]string{""}, nasty...)), func(s string) any { return s }),
		rapid.Map(rapid.SampledFrom([]string{"0", "-1", "1.50", "1e3", "1E+400", "123456789012345678901234567890", "-0"}), func(s string) any { return json.Number(s) }),
		rapid.SampledFrom([]any{nil, true, false}),
	)
	if depth == 0 {
		return scalar
	}
	return rapid.OneOf(scalar,
		rapid.Map(rapid.SliceOfN(anyValue(depth-1), 0, 3), func(l []any) any { return l }),
		rapid.Map(rapid.MapOfN(rapid.SampledFrom(nasty), anyValue(depth-1), 0, 3), func(m map[string]any) any { return m }),
	)
}

func literal(t *rapid.T, label string) syntax.Literal {
	if !rapid.Bool().Draw(t, label+" written") {
		return syntax.Literal{}
	}
	return encoded(anyValue(2).Draw(t, label))
}

func encoded(v any) syntax.Literal {
	var b jsonBuffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(err)
	}
	return syntax.Literal{JSON: b[:len(b)-1]}
}

type jsonBuffer []byte

func (b *jsonBuffer) Write(p []byte) (int, error) { *b = append(*b, p...); return len(p), nil }

func count(t *rapid.T, label string) syntax.Literal {
	if !rapid.Bool().Draw(t, label+" written") {
		return syntax.Literal{}
	}
	return syntax.Literal{JSON: fmt.Append(nil, rapid.IntRange(0, 1<<31-1).Draw(t, label))}
}

func typeExpr(t *rapid.T, depth int) *syntax.TypeExpr {
	e := &syntax.TypeExpr{}
	switch kind := rapid.IntRange(0, 3).Draw(t, "type"); {
	case kind == 0 && depth > 0:
		e.Name = rapid.SampledFrom([]string{"list", "map", "one_or_many"}).Draw(t, "generic")
		e.Args = []*syntax.TypeExpr{typeExpr(t, depth-1)}
		e.Args[0].Optional = false
	case kind == 1 && depth > 0:
		for range 2 {
			alt := typeExpr(t, 0)
			alt.Optional, alt.Nullable = false, false
			e.Alts = append(e.Alts, alt)
		}
	default:
		e.Name = rapid.SampledFrom([]string{"string", "int64", "Source", "billing.Money"}).Draw(t, "name")
		e.Version = rapid.IntRange(0, 3).Draw(t, "pin")
	}
	e.Nullable = rapid.Bool().Draw(t, "nullable")
	e.Optional = rapid.Bool().Draw(t, "optional")
	return e
}

func limits(t *rapid.T) syntax.LimitsDecl {
	return syntax.LimitsDecl{
		Min: literal(t, "min"), Max: literal(t, "max"), ExclusiveMin: literal(t, "xmin"), MinLength: count(t, "min length"),
		Scale: count(t, "scale"), Pattern: text(t, "pattern"), UniqueItems: flag(t, "unique"), Const: literal(t, "const"),
	}
}

func field(t *rapid.T, name syntax.Text) *syntax.FieldDecl {
	f := &syntax.FieldDecl{Name: name, Type: typeExpr(t, 2)}
	if rapid.Bool().Draw(t, "short") {
		return f
	}
	f.Doc, f.JSON, f.Go, f.Deprecated = text(t, "doc"), text(t, "json"), text(t, "go"), text(t, "deprecated")
	if f.Deprecated.Value == "true" || f.Deprecated.Value == "false" {
		f.Deprecated.Value = "quoted"
	}
	f.Unit, f.Subject, f.Encoding, f.Sensitive = text(t, "unit"), text(t, "subject"), text(t, "encoding"), flag(t, "sensitive")
	f.Default, f.Example, f.Limits, f.Unchecked = literal(t, "default"), literal(t, "example"), limits(t), keywords(t)
	if rapid.Bool().Draw(t, "each") {
		each := limits(t)
		f.Each = &each
	}
	return f
}

func keywords(t *rapid.T) syntax.Literal {
	value := literal(t, "keyword")
	if value.JSON == nil {
		return value
	}
	return syntax.Literal{JSON: fmt.Appendf(nil, `{"not":{"const":%s},"then":%[1]s}`, value.JSON)}
}

func structDecl(t *rapid.T) *syntax.StructDecl {
	s := &syntax.StructDecl{Unknown: syntax.Text{Value: rapid.SampledFrom([]string{"", "skip", "keep", "reject"}).Draw(t, "unknown")}, Unchecked: keywords(t)}
	for _, name := range names(t, "fields", 3) {
		s.Fields = append(s.Fields, field(t, name))
	}
	return s
}

func enumScalar(t *rapid.T) syntax.Literal {
	if rapid.Bool().Draw(t, "integer") {
		return syntax.Literal{JSON: fmt.Append(nil, rapid.Int64().Draw(t, "value"))}
	}
	return encoded(anyText().Draw(t, "value"))
}

func enumMap(t *rapid.T) []*syntax.EnumMapDecl {
	var out []*syntax.EnumMapDecl
	for _, old := range names(t, "old", 2) {
		out = append(out, &syntax.EnumMapDecl{Old: encoded(old.Value), New: enumScalar(t)})
	}
	return out
}

func rule(t *rapid.T, target syntax.Text) *syntax.RuleDecl {
	r := &syntax.RuleDecl{
		Target: target, From: text(t, "from"), Default: literal(t, "default"), Value: literal(t, "value"), Convert: text(t, "convert"),
		Layout: text(t, "layout"), Else: literal(t, "else"), Template: text(t, "template"), Go: flag(t, "go"),
	}
	if rapid.Bool().Draw(t, "enum") {
		r.Enum = enumMap(t)
	}
	return r
}

func rules(t *rapid.T) []*syntax.RuleDecl {
	var out []*syntax.RuleDecl
	for _, target := range names(t, "targets", 3) {
		out = append(out, rule(t, target))
	}
	return out
}

func upcast(t *rapid.T) *syntax.UpcastDecl {
	if rapid.Bool().Draw(t, "no upcast") {
		return nil
	}
	return &syntax.UpcastDecl{Rules: rules(t), Drop: names(t, "drop", 2), Go: flag(t, "go")}
}

func into(t *rapid.T) *syntax.UpcastDecl {
	if rapid.Bool().Draw(t, "no into") {
		return nil
	}
	u := &syntax.UpcastDecl{IsInto: true, Go: flag(t, "go")}
	for _, name := range rapid.SliceOfDistinct(rapid.SampledFrom([]string{"A", "B", "billing.C"}), rapid.ID).Draw(t, "into") {
		d := &syntax.IntoDecl{Event: syntax.Text{Value: name}, Version: rapid.IntRange(0, 2).Draw(t, "version")}
		if rapid.Bool().Draw(t, "rules") {
			d.Rules = rules(t)
		}
		u.Into = append(u.Into, d)
	}
	return u
}

func typeDecl(t *rapid.T, name syntax.Text) *syntax.TypeDecl {
	d := &syntax.TypeDecl{Name: name, Doc: text(t, "doc"), Versioned: rapid.Bool().Draw(t, "versioned")}
	n := 1
	if d.Versioned {
		n = rapid.IntRange(1, 3).Draw(t, "versions")
	}
	for i := range n {
		v := &syntax.TypeVersionDecl{Number: i + 1}
		if d.Versioned {
			v.Doc, v.Draft = text(t, "doc"), flag(t, "draft")
		}
		switch rapid.IntRange(0, 2).Draw(t, "shape") {
		case 0:
			v.Struct = structDecl(t)
			if d.Versioned {
				v.Upcast = upcast(t)
			}
		case 1:
			v.Enum = &syntax.EnumDecl{Closed: flag(t, "closed")}
			for range rapid.IntRange(0, 3).Draw(t, "values") {
				v.Enum.Values = append(v.Enum.Values, &syntax.EnumValueDecl{Value: enumScalar(t), Doc: text(t, "doc"), Go: text(t, "go")})
			}
			if d.Versioned && rapid.Bool().Draw(t, "upcast") {
				v.Upcast = &syntax.UpcastDecl{Enum: enumMap(t), Go: flag(t, "go")}
			}
		default:
			v.Union = &syntax.UnionDecl{Tag: written(t, "tag"), Closed: flag(t, "closed")}
			for _, tag := range names(t, "branches", 3) {
				b := &syntax.BranchDecl{Tag: tag, Type: typeExpr(t, 0)}
				v.Union.Branches = append(v.Union.Branches, b)
			}
		}
		d.Versions = append(d.Versions, v)
	}
	return d
}

func eventDecl(t *rapid.T, name syntax.Text) *syntax.EventDecl {
	e := &syntax.EventDecl{
		Name: name, Doc: text(t, "doc"), Owner: text(t, "owner"), Wire: text(t, "type"), Was: names(t, "was", 2),
		Aggregate: text(t, "aggregate"), Key: text(t, "key"), Retired: flag(t, "retired"), Upcast: into(t),
	}
	for i := range rapid.IntRange(1, 3).Draw(t, "versions") {
		e.Versions = append(e.Versions, &syntax.EventVersionDecl{
			Number: i + 1, Doc: text(t, "doc"), Draft: flag(t, "draft"), Struct: structDecl(t), Upcast: upcast(t),
		})
	}
	return e
}

func columns(t *rapid.T) []*syntax.ColumnDecl {
	var out []*syntax.ColumnDecl
	for _, name := range names(t, "columns", 2) {
		out = append(out, &syntax.ColumnDecl{Name: name, From: encoded(anyValue(0).Draw(t, "from"))})
	}
	return out
}

func document(t *rapid.T) *syntax.Document {
	d := &syntax.Document{Package: written(t, "package"), Doc: text(t, "doc"), Owner: text(t, "owner")}
	for _, name := range names(t, "types", 2) {
		d.Types = append(d.Types, typeDecl(t, name))
	}
	for _, name := range names(t, "events", 2) {
		d.Events = append(d.Events, eventDecl(t, name))
	}
	for _, name := range names(t, "aggregates", 2) {
		d.Aggregates = append(d.Aggregates, &syntax.AggregateDecl{Name: name, Doc: text(t, "doc"), ID: typeExpr(t, 1)})
	}
	for _, name := range names(t, "projections", 2) {
		p := &syntax.ProjectionDecl{Name: name, Doc: text(t, "doc"), PartitionBy: text(t, "partition"), Key: columns(t)}
		for _, event := range names(t, "on", 2) {
			on := &syntax.OnDecl{Event: event, Set: columns(t)}
			if rapid.Bool().Draw(t, "says whether it creates") {
				on.Creates = &syntax.Flag{Value: rapid.Bool().Draw(t, "creates")}
			}
			p.On = append(p.On, on)
		}
		p.Indexes = [][]syntax.Text{names(t, "index", 2)}
		d.Projections = append(d.Projections, p)
	}
	for _, name := range names(t, "consumers", 2) {
		d.Consumers = append(d.Consumers, &syntax.ConsumerDecl{Name: name, Go: text(t, "go"), Team: text(t, "team"), Reads: names(t, "reads", 3)})
	}
	for _, name := range names(t, "reactions", 2) {
		d.Reactions = append(d.Reactions, &syntax.ReactionDecl{Name: name, Go: text(t, "go"), On: names(t, "on", 2), Emits: names(t, "emits", 2)})
	}
	for _, name := range names(t, "sagas", 2) {
		d.Sagas = append(d.Sagas, &syntax.SagaDecl{Name: name, Go: text(t, "go"), Start: written(t, "start"), Correlate: written(t, "correlate"), Emits: names(t, "emits", 2), Steps: []*syntax.SagaStepDecl{
			{Name: written(t, "name"), Timeout: text(t, "timeout"), RetryMax: count(t, "retry"), Backoff: syntax.Text{Value: "fixed"}, RetryBase: text(t, "base"), RetryCap: text(t, "cap")},
			{Name: written(t, "name"), Do: &syntax.Flag{Value: rapid.Bool().Draw(t, "do")}, Await: awaited(t, "await"), Refuse: awaited(t, "refuse")},
		}})
	}
	return d
}

func awaited(t *rapid.T, label string) []*syntax.AwaitDecl {
	var out []*syntax.AwaitDecl
	for _, event := range names(t, label, 2) {
		out = append(out, &syntax.AwaitDecl{Event: event, Key: written(t, label+" key")})
	}
	return out
}

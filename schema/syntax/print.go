package syntax

import "strconv"

// Print writes a Document as canonical YAML: the same Document gives the same bytes, and Parse reads the
// same Document back but for the spans. Short forms are used where nothing is lost.
func Print(d *Document) []byte {
	w := &writer{}
	o := mapping(spaced,
		outPair{"types", section(d.Types, func(t *TypeDecl) outPair { return outPair{t.Name.Value, printType(t)} })},
		outPair{"aggregates", section(d.Aggregates, printAggregate)},
		outPair{"events", section(d.Events, printEvent)},
		outPair{"projections", section(d.Projections, printProjection)},
		outPair{"consumers", section(d.Consumers, printConsumer)},
		outPair{"reactions", section(d.Reactions, printReaction)},
		outPair{"sagas", section(d.Sagas, printSaga)},
	)
	w.mapping(mapping(block,
		outPair{"package", optional(d.Package)}, outPair{"doc", optional(d.Doc)}, outPair{"owner", optional(d.Owner)}), 0)
	if len(o.present()) > 0 && w.Len() > 0 {
		w.WriteByte('\n')
	}
	w.mapping(o, 0)
	return []byte(w.String())
}

// section is a mapping of declarations with an empty line between them.
func section[T any](decls []T, print func(T) outPair) out {
	pairs := make([]outPair, len(decls))
	for i, d := range decls {
		pairs[i] = print(d)
	}
	return mapping(spaced, pairs...).orAbsent()
}

func printType(t *TypeDecl) out {
	if !t.Versioned {
		pairs := []outPair{{"doc", optional(t.Doc)}}
		for _, v := range t.Versions {
			pairs = append(pairs, printShape(v)...)
		}
		return mapping(block, pairs...)
	}
	var versions []outPair
	for _, v := range t.Versions {
		pairs := append([]outPair{{"doc", optional(v.Doc)}, {"draft", truth(v.Draft)}}, printShape(v)...)
		pairs = append(pairs, outPair{"upcast", printUpcast(v.Upcast)})
		versions = append(versions, outPair{strconv.Itoa(v.Number), bareKeyed(mapping(block, pairs...))})
	}
	return mapping(block, outPair{"doc", optional(t.Doc)}, outPair{"versions", mapping(block, versions...)})
}

func printShape(v *TypeVersionDecl) []outPair {
	switch {
	case v.Enum != nil:
		return printEnum(v.Enum)
	case v.Union != nil:
		return printUnion(v.Union)
	case v.Struct != nil:
		return printStruct(v.Struct)
	}
	return nil
}

func printStruct(s *StructDecl) []outPair {
	var fields []outPair
	for _, f := range s.Fields {
		fields = append(fields, outPair{f.Name.Value, printField(f)})
	}
	return []outPair{
		{"unknown", optional(s.Unknown)}, {"unchecked", printLiteral(s.Unchecked)}, {"fields", mapping(block, fields...)},
	}
}

func printEnum(e *EnumDecl) []outPair {
	var values []out
	for _, v := range e.Values {
		o := mapping(compact, outPair{"value", printLiteral(v.Value)}, outPair{"go", optional(v.Go)},
			outPair{"doc", optional(v.Doc)}, outPair{"deprecated", printReason(v.Deprecated)})
		if len(o.present()) == 1 {
			o = o.pairs[0].value
		}
		values = append(values, o)
	}
	enum := out{form: series, items: values}
	return []outPair{{"enum", enum}, {"closed", truth(e.Closed)}, {"fallback", printLiteral(e.Fallback)}}
}

func printUnion(u *UnionDecl) []outPair {
	branches, items, named := []outPair{}, []out{}, true
	for _, b := range u.Branches {
		branches = append(branches, outPair{b.Tag.Value, text(b.Type.String())})
		items = append(items, text(b.Type.String()))
		named = named && b.Tag.Value == b.Type.Name
	}
	union := mapping(block, branches...)
	if named {
		union = out{form: series, items: items}
	}
	return []outPair{{"tag", optional(u.Tag)}, {"closed", truth(u.Closed)}, {"union", union}}
}

func printField(f *FieldDecl) out {
	pairs := []outPair{
		{"type", text(f.Type.String())}, {"doc", optional(f.Doc)}, {"json", optional(f.JSON)}, {"go", optional(f.Go)},
		{"encoding", optional(f.Encoding)}, {"unit", optional(f.Unit)}, {"sensitive", truth(f.Sensitive)}, {"subject", optional(f.Subject)},
		{"deprecated", printReason(f.Deprecated)}, {"default", printLiteral(f.Default)}, {"example", printLiteral(f.Example)},
	}
	pairs = append(pairs, printLimits(&f.Limits)...)
	if f.Each != nil {
		pairs = append(pairs, outPair{"each", mapping(compact, printLimits(f.Each)...)})
	}
	pairs = append(pairs, outPair{"unchecked", printLiteral(f.Unchecked)})
	o := mapping(compact, pairs...)
	if len(o.present()) == 1 {
		return pairs[0].value
	}
	return o
}

func printLimits(l *LimitsDecl) []outPair {
	return []outPair{
		{"min", printLiteral(l.Min)}, {"max", printLiteral(l.Max)},
		{"exclusive_min", printLiteral(l.ExclusiveMin)}, {"exclusive_max", printLiteral(l.ExclusiveMax)},
		{"multiple_of", printLiteral(l.MultipleOf)},
		{"min_length", printLiteral(l.MinLength)}, {"max_length", printLiteral(l.MaxLength)}, {"pattern", optional(l.Pattern)},
		{"min_items", printLiteral(l.MinItems)}, {"max_items", printLiteral(l.MaxItems)}, {"unique_items", truth(l.UniqueItems)},
		{"const", printLiteral(l.Const)}, {"one_of", printLiteral(l.OneOf)}, {"scale", printLiteral(l.Scale)},
	}
}

func printReason(t Text) out {
	if t.Value == deprecatedWithoutReason {
		return raw("true")
	}
	return optional(t)
}

func printAggregate(a *AggregateDecl) outPair {
	return outPair{a.Name.Value, mapping(block, outPair{"doc", optional(a.Doc)}, outPair{"id", text(a.ID.String())})}
}

func printEvent(e *EventDecl) outPair {
	var versions []outPair
	for _, v := range e.Versions {
		pairs := append([]outPair{{"doc", optional(v.Doc)}, {"draft", truth(v.Draft)}}, printStruct(v.Struct)...)
		pairs = append(pairs, outPair{"upcast", printUpcast(v.Upcast)})
		versions = append(versions, outPair{strconv.Itoa(v.Number), bareKeyed(mapping(block, pairs...))})
	}
	return outPair{e.Name.Value, mapping(block,
		outPair{"doc", optional(e.Doc)}, outPair{"owner", optional(e.Owner)}, outPair{"type", optional(e.Wire)},
		outPair{"was", oneOrList(e.Was)}, outPair{"aggregate", optional(e.Aggregate)}, outPair{"key", optional(e.Key)},
		outPair{"retired", truth(e.Retired)}, outPair{"deprecated", printReason(e.Deprecated)},
		outPair{"versions", mapping(block, versions...)}, outPair{"upcast", printUpcast(e.Upcast)},
	)}
}

func oneOrList(texts []Text) out {
	if len(texts) == 1 {
		return text(texts[0].Value)
	}
	return listOf(texts)
}

func listOf(texts []Text) out {
	var items []out
	for _, t := range texts {
		items = append(items, text(t.Value))
	}
	return list(series, items)
}

package templates

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/evgen/evgen/generator/plan"
)

// ReadModels declares what read models are in any database: rows, and what events do to them. Only the packages for
// one database import its client.
func ReadModels(p *plan.Package) []Unit {
	var units []Unit
	for _, x := range p.Projections {
		declare := rowsDecls
		if x.Model.Go {
			declare = handwrittenDecls
		}
		units = append(units, Unit{Name: x.File + ".gen.go", Home: p.Read(), Decls: declare(x)})
	}
	return append(units, columnJSON(p)...)
}

// columnJSON declares the structs that wrap values of columns, and the codec's table of them.
func columnJSON(p *plan.Package) []Unit {
	home := p.ColumnJSON()
	units := Codec(home)
	for i := range units {
		units[i].Home = p.Read()
		for _, s := range home.Structs {
			units[i].Decls = append(units[i].Decls,
				comment(s.Name+" wraps a value of a column, since it is no object.").Line().Type().Id(s.Name).Struct(structFields(s)...))
		}
	}
	return units
}

// rowsDecls declares a table, from the outside to the inside.
func rowsDecls(x *plan.Projection) []jen.Code {
	decls := []jen.Code{rowDecl(x)}
	if x.Key != "" {
		decls = append(decls, keyDecl(x))
	}
	decls = append(decls, projectionDecl(x), rowsFunc(x), rowsVar(x), keyFunc(x))
	if order := orderFunc(x); order != nil {
		decls = append(decls, order)
	}
	if check := checkFunc(x); check != nil {
		decls = append(decls, check)
	}
	return append(append(decls, applyFunc(x), writeFunc(x)), readerDecls(x)...)
}

func rowDecl(x *plan.Projection) jen.Code {
	var fields []jen.Code
	for _, c := range x.Columns {
		field := jen.Id(c.Name).Add(goType(c.Type))
		if c.Doc != "" {
			field = comment(c.Doc).Line().Add(field)
		}
		fields = append(fields, field)
	}
	doc := sentence(fmt.Sprintf("%s is a row of %s", x.Row, x.Name), x.Model.Doc)
	return comment(doc).Line().Type().Id(x.Row).Struct(fields...)
}

func keyDecl(x *plan.Projection) jen.Code {
	var fields []jen.Code
	for _, c := range x.Columns[:x.Keys] {
		fields = append(fields, jen.Id(c.Name).Add(goType(c.Type)))
	}
	return comment(fmt.Sprintf("%s names a row of %s.", x.Key, x.Name)).Line().Type().Id(x.Key).Struct(fields...)
}

// keyType is the Go type of a key.
func keyType(x *plan.Projection) *jen.Statement {
	if x.Key != "" {
		return jen.Qual(x.Package.Read().Path, x.Key)
	}
	return goType(x.Columns[0].Type)
}

func rowType(x *plan.Projection) *jen.Statement { return jen.Qual(x.Package.Read().Path, x.Row) }

// projectionDecl declares the projection without a database.
func projectionDecl(x *plan.Projection) jen.Code {
	var types []jen.Code
	for _, h := range x.Handlers {
		types = append(types, ident(plan.Ident{Path: h.Event.Package.Path, Name: "Type" + h.Event.Name}))
	}
	members := []jen.Code{
		jen.Id("ID").Op(":").Lit(x.Model.Table),
		jen.Id("Digest").Op(":").Lit(x.Digest),
		jen.Id("Types").Op(":").Index().String().Values(entries(types...)...),
	}
	if ordersByKey(x) {
		members = append(members, jen.Id("Key").Op(":").Id("orderOf"+x.Name))
	}
	members = append(members, jen.Id("Handler").Op(":").Id("handler"))
	doc := sentence(fmt.Sprintf("%s is a projection that handler writes to a database", x.Name), x.Model.Doc)
	return comment(doc).Line().Func().Id(x.Name).Types(jen.Id("T").Any()).
		Params(jen.Id("handler").Add(projection("Handler")).Types(jen.Id("T"))).Add(projection("Projection")).Types(jen.Id("T")).
		Block(jen.Return(projection("Projection").Types(jen.Id("T")).Values(entries(members...)...)))
}

func rowsOf(x *plan.Projection) *jen.Statement {
	return projection("Rows").Types(keyType(x), rowType(x))
}

func rowsFunc(x *plan.Projection) jen.Code {
	return comment(fmt.Sprintf("%sRows declares the table %s and what events do to its rows. Read only.", x.Name, x.Model.Table)).Line().
		Func().Id(x.Name + "Rows").Params().Op("*").Add(rowsOf(x)).Block(jen.Return(jen.Op("&").Id("rowsOf" + x.Name)))
}

func rowsVar(x *plan.Projection) jen.Code {
	members := []jen.Code{jen.Id("Table").Op(":").Add(tableLiteral(x)), jen.Id("Key").Op(":").Id("keyOf" + x.Name)}
	if check := checkRef(x); check != nil {
		members = append(members, jen.Id("Check").Op(":").Add(check))
	}
	members = append(members, jen.Id("Apply").Op(":").Id("apply"+x.Name), jen.Id("Write").Op(":").Id("write"+x.Name))
	return jen.Var().Id("rowsOf" + x.Name).Op("=").Add(rowsOf(x)).Values(entries(members...)...)
}

func tableLiteral(x *plan.Projection) jen.Code {
	var columns []jen.Code
	for _, c := range x.Columns {
		members := []jen.Code{jen.Id("Name").Op(":").Lit(c.Model.Name), jen.Id("Type").Op(":").Add(projection(c.Kind))}
		if c.Model.Null {
			members = append(members, jen.Id("Null").Op(":").True())
		}
		columns = append(columns, jen.Values(members...))
	}
	members := []jen.Code{
		jen.Id("Name").Op(":").Lit(x.Model.Table),
		jen.Id("Columns").Op(":").Index().Add(projection("Column")).Values(entries(columns...)...),
		jen.Id("Keys").Op(":").Lit(x.Keys),
	}
	if len(x.Indexes) > 0 {
		var indexes []jen.Code
		for _, names := range x.Model.Indexes {
			indexes = append(indexes, jen.Values(literals(names)...))
		}
		members = append(members, jen.Id("Indexes").Op(":").Index().Index().String().Values(indexes...))
	}
	if list := erasureLiterals(x); len(list) > 0 {
		members = append(members, jen.Id("Erasures").Op(":").Index().Add(projection("Erasure")).Values(entries(list...)...))
	}
	return projection("Table").Values(entries(members...)...)
}

// writeFunc declares how a row becomes columns.
func writeFunc(x *plan.Projection) jen.Code {
	var body []jen.Code
	for i, c := range x.Columns {
		value := jen.Id("row").Dot(c.Name)
		switch {
		case i < x.Keys && x.Key != "":
			value = jen.Id("key").Dot(c.Name)
		case i < x.Keys:
			value = jen.Id("key")
		}
		body = append(body, writeColumn(c, value))
	}
	row := "row"
	if len(x.Columns) == x.Keys {
		row = "_"
	}
	return jen.Func().Id("write"+x.Name).
		Params(jen.Id("w").Add(projection("RowWriter")), jen.Id("key").Add(keyType(x)), jen.Id(row).Op("*").Add(rowType(x))).Block(body...)
}

// writeColumn calls the method of a RowWriter, or a function that knows of NULL.
func writeColumn(c *plan.Column, value *jen.Statement) jen.Code {
	w := jen.Id("w")
	switch {
	case c.Model.Null:
		return projection("Null"+c.Kind).Call(w, value)
	case c.Kind == "JSON":
		return projection("JSONOrNull").Call(w, value)
	case c.Kind == "Date", c.Kind == "Decimal":
		return projection("Write"+c.Kind).Call(w, value)
	case c.Value.Ref != nil && c.Value.Ref.Named != nil: // an enum
		return w.Dot(c.Kind).Call(jen.Id(map[string]string{"Text": "string", "Int": "int64"}[c.Kind]).Call(value))
	default:
		return w.Dot(c.Kind).Call(value)
	}
}

func projection(name string) *jen.Statement { return jen.Qual(plan.ProjectionPath, name) }

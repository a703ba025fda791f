package templates

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/evgen/evgen/generator/plan"
)

// readerDecls declare how rows are read and in which orders they are listed.
func readerDecls(x *plan.Projection) []jen.Code {
	decls := []jen.Code{scanFunc(x)}
	for _, l := range x.Lists() {
		decls = append(decls, listVar(x, l))
	}
	return decls
}

// scanFunc declares how columns become a row.
func scanFunc(x *plan.Projection) jen.Code {
	var targets []jen.Code
	for _, c := range x.Columns {
		name := c.Kind
		if c.Model.Null && !c.HasNil() {
			name = "Null" + name
		}
		targets = append(targets, projection("Into"+name).Call(jen.Op("&").Id("row").Dot(c.Name)))
	}
	name := "Scan" + x.Name
	return comment(fmt.Sprintf("%s reads a row of %s from its columns, in the order of the table.", name, x.Name)).Line().
		Func().Id(name).Params(jen.Id("scan").Func().Params(jen.Id("dest").Op("...").Any()).Error(), jen.Id("row").Op("*").Add(rowType(x))).Error().
		Block(jen.Return(jen.Id("scan").Call(entries(targets...)...)))
}

// listVar declares an order of rows. Cursors hold the columns by which it sorts.
func listVar(x *plan.Projection, l *plan.List) jen.Code {
	var types, marks []jen.Code
	for _, c := range l.Order {
		types = append(types, projection(c.Kind))
		marks = append(marks, writeColumn(c, jen.Id("row").Dot(c.Name)))
	}
	list := projection("List").Types(rowType(x))
	return comment(fmt.Sprintf("%s lists rows of %s by %s. Read only.", l.Var, x.Name, columnList(l.Order))).Line().
		Func().Id(l.Var).Params().Op("*").Add(list).Block(jen.Return(jen.Op("&").Add(list.Clone()).Values(entries(
		jen.Id("Name").Op(":").Lit(l.Name),
		jen.Id("Types").Op(":").Index().Add(projection("ColumnType")).Values(types...),
		jen.Id("Mark").Op(":").Func().Params(jen.Id("w").Add(projection("RowWriter")), jen.Id("row").Op("*").Add(rowType(x))).Block(marks...),
		jen.Id("Scan").Op(":").Id("Scan"+x.Name),
	)...)))
}

func columnList(columns []*plan.Column) string {
	var names []string
	for _, c := range columns {
		names = append(names, c.Model.Name)
	}
	return strings.Join(names, ", ")
}

// dialect is a database with a package of its own.
type dialect struct {
	path  string // of the package that holds read models
	name  string // as people write it
	param string // what stands before the number of a parameter
	home  func(p *plan.Package) *plan.Home
}

var (
	postgres = dialect{plan.PGModelPath, "PostgreSQL", "$", (*plan.Package).PG}
	sqlite   = dialect{plan.SQLiteModelPath, "SQLite", "?", (*plan.Package).SQLite}
)

// PostgreSQL declares projections and readers for PostgreSQL.
func PostgreSQL(p *plan.Package) []Unit { return postgres.units(p) }

// SQLite declares projections and readers for SQLite.
func SQLite(p *plan.Package) []Unit { return sqlite.units(p) }

func (d dialect) units(p *plan.Package) []Unit {
	var units []Unit
	for _, x := range p.Projections {
		declare := d.declared
		if x.Model.Go {
			declare = d.handwritten
		}
		units = append(units, Unit{Name: x.File + ".gen.go", Home: d.home(p), Decls: declare(x)})
	}
	return units
}

func (d dialect) qual(name string) *jen.Statement { return jen.Qual(d.path, name) }

func (d dialect) tx() *jen.Statement { return jen.Op("*").Add(d.qual("Tx")) }

func read(x *plan.Projection, name string) *jen.Statement {
	return jen.Qual(x.Package.Read().Path, name)
}

// declared declares a projection with a table and the reader of its rows.
func (d dialect) declared(x *plan.Projection) []jen.Code {
	decls := []jen.Code{comment(fmt.Sprintf("%s is a row of %s.", x.Row, x.Name)).Line().Type().Id(x.Row).Op("=").Add(rowType(x))}
	if x.Key != "" {
		decls = append(decls, comment(fmt.Sprintf("%s names a row of %s.", x.Key, x.Name)).Line().Type().Id(x.Key).Op("=").Add(keyType(x)))
	}
	decls = append(decls, d.projection(x, d.qual("Declared").Call(read(x, x.Name+"Rows").Call())), d.reader(x), d.newReader(x), d.get(x))
	for _, l := range x.Lists() {
		decls = append(decls, d.list(x, l))
	}
	return append(append(decls, d.count(x)), d.statements(x)...)
}

// projection declares the function that a program gives to its runner.
func (d dialect) projection(x *plan.Projection, handler *jen.Statement) jen.Code {
	doc := sentence(fmt.Sprintf("%s is the projection in %s, for [projection.NewRunner]", x.Name, d.name), x.Model.Doc)
	return comment(doc).Line().Func().Id(x.Name).Params().Add(projection("Projection")).Types(d.tx()).
		Block(jen.Return(read(x, x.Name).Call(handler)))
}

func (d dialect) reader(x *plan.Projection) jen.Code {
	doc := fmt.Sprintf("%sReader reads rows of %s from the view %s, which shows the live version.", x.Name, x.Name, x.Model.Table)
	return comment(doc).Line().Type().Id(x.Name + "Reader").Struct(jen.Id("q").Add(d.qual("Querier")))
}

func (d dialect) newReader(x *plan.Projection) jen.Code {
	doc := fmt.Sprintf("Read%s returns a reader that asks q.", x.Name)
	return comment(doc).Line().Func().Id("Read" + x.Name).Params(jen.Id("q").Add(d.qual("Querier"))).Id(x.Name + "Reader").
		Block(jen.Return(jen.Id(x.Name + "Reader").Values(jen.Id("q"))))
}

func (d dialect) method(x *plan.Projection, name string) *jen.Statement {
	return jen.Func().Params(jen.Id("r").Id(x.Name + "Reader")).Id(name)
}

func ctxParam() jen.Code { return jen.Id("ctx").Qual("context", "Context") }

func (d dialect) get(x *plan.Projection) jen.Code {
	var writes []jen.Code
	for _, c := range x.Columns[:x.Keys] {
		value := jen.Id("key")
		if x.Key != "" {
			value = value.Dot(c.Name)
		}
		writes = append(writes, writeColumn(c, value))
	}
	return comment("Get returns the row of a key. Errors: [projection.ErrNoRow], and those of the database.").Line().
		Add(d.method(x, "Get")).Params(ctxParam(), jen.Id("key").Add(keyType(x))).Params(jen.Id(x.Row), jen.Error()).Block(
		jen.Return(d.qual("GetRow").Call(
			jen.Id("ctx"), jen.Id("r").Dot("q"), jen.Id("get"+x.Name), read(x, "Scan"+x.Name),
			jen.Func().Params(jen.Id("w").Add(projection("RowWriter"))).Block(writes...),
		)))
}

func (d dialect) list(x *plan.Projection, l *plan.List) jen.Code {
	doc := fmt.Sprintf("%s returns a page of the rows by %s, and what the next page comes after: nothing if there is none. "+
		"Errors: [projection.ErrCursor], and those of the database.", l.Method, columnList(l.Order))
	return comment(doc).Line().Add(d.method(x, l.Method)).Params(ctxParam(), jen.Id("page").Add(projection("Page"))).
		Params(jen.Id("rows").Index().Id(x.Row), jen.Id("next").String(), jen.Err().Error()).Block(
		jen.Return(d.qual("GetPage").Call(jen.Id("ctx"), jen.Id("r").Dot("q"), jen.Op("&").Id(l.Pages), read(x, l.Var).Call(), jen.Id("page"))))
}

func (d dialect) count(x *plan.Projection) jen.Code {
	return comment("Count returns the number of rows. It reads them all.").Line().
		Add(d.method(x, "Count")).Params(ctxParam()).Params(jen.Int64(), jen.Error()).Block(
		jen.Return(d.qual("Count").Call(jen.Id("ctx"), jen.Id("r").Dot("q"), jen.Id("count"+x.Name))))
}

// statements declare the SQL, by the names that readers call it.
func (d dialect) statements(x *plan.Projection) []jen.Code {
	s := sqlText{d.param, x}
	table := fmt.Sprintf("%s by its primary key", x.Model.Table)
	decls := []jen.Code{
		comment(fmt.Sprintf("select%s begins every statement that reads rows of %s.", x.Name, x.Model.Table)).Line().
			Const().Id("select" + x.Name).Op("=").Add(rawString(s.selects())),
		comment(fmt.Sprintf("get%s finds a row of %s.", x.Name, table)).Line().Const().Id("get" + x.Name).Op("=").Add(s.reads(s.get())),
	}
	for _, l := range x.Lists() {
		decls = append(decls, comment(fmt.Sprintf("%s reads a page by the index on %s.", l.Pages, columnList(l.Index))).Line().
			Var().Id(l.Pages).Op("=").Add(projection("Pages")).Values(entries(
			jen.Id("First").Op(":").Add(s.reads(s.page(l, ascending, ""))),
			jen.Id("After").Op(":").Add(s.reads(s.page(l, ascending, s.after(l.Order, ascending)))),
			jen.Id("FirstDescending").Op(":").Add(s.reads(s.page(l, descending, ""))),
			jen.Id("AfterDescending").Op(":").Add(s.reads(s.page(l, descending, s.after(l.Order, descending)))),
		)...))
	}
	return append(decls, comment(fmt.Sprintf("count%s counts by any index.", x.Name)).Line().
		Const().Id("count"+x.Name).Op("=").Add(rawString("SELECT count(*) FROM "+quoteSQL(x.Model.Table))))
}

// rawString is a literal in back quotes: SQL reads better without backslashes, and holds no back quote.
func rawString(s string) *jen.Statement { return jen.Op("`" + s + "`") }

// direction is an order of rows: how it is written, and what comes later in it.
type direction struct{ suffix, nulls, later string }

var (
	ascending  = direction{"", " NULLS LAST", ">"}
	descending = direction{" DESC", " NULLS FIRST", "<"}
)

// sqlText writes the statements of a projection's reader.
type sqlText struct {
	param string
	x     *plan.Projection
}

func quoteSQL(name string) string { return `"` + name + `"` }

func quoted(columns []*plan.Column) []string {
	var out []string
	for _, c := range columns {
		out = append(out, quoteSQL(c.Model.Name))
	}
	return out
}

// selects begins a statement that reads rows.
func (s sqlText) selects() string {
	return "\nSELECT " + strings.Join(quoted(s.x.Columns), ", ") + "\nFROM " + quoteSQL(s.x.Model.Table)
}

// reads is a statement that reads rows.
func (s sqlText) reads(rest string) *jen.Statement {
	return jen.Id("select" + s.x.Name).Op("+").Add(rawString(rest))
}

func (s sqlText) parameter(n int) string { return s.param + fmt.Sprint(n) }

func (s sqlText) get() string {
	var conditions []string
	for i, name := range quoted(s.x.Columns[:s.x.Keys]) {
		conditions = append(conditions, name+" = "+s.parameter(i+1))
	}
	return "\nWHERE " + strings.Join(conditions, " AND ")
}

// page reads the rows behind a place; an empty place is the beginning.
func (s sqlText) page(l *plan.List, d direction, where string) string {
	var order []string
	for _, c := range l.Order {
		text := quoteSQL(c.Model.Name) + d.suffix
		if c.Model.Null {
			text += d.nulls
		}
		order = append(order, text)
	}
	limit := 1
	if where != "" {
		where, limit = "\nWHERE "+where, len(l.Order)+1
	}
	return where + "\nORDER BY " + strings.Join(order, ", ") + "\nLIMIT " + s.parameter(limit)
}

// after compares rows with a place: as a whole where no column is NULL, else column by column.
func (s sqlText) after(order []*plan.Column, d direction) string {
	if len(order) > 1 && !slices.ContainsFunc(order, func(c *plan.Column) bool { return c.Model.Null }) {
		var params []string
		for i := range order {
			params = append(params, s.parameter(i+1))
		}
		return "(" + strings.Join(quoted(order), ", ") + ") " + d.later + " (" + strings.Join(params, ", ") + ")"
	}
	return s.afterColumn(order, 0, d)
}

func (s sqlText) afterColumn(order []*plan.Column, i int, d direction) string {
	name, value := quoteSQL(order[i].Model.Name), s.parameter(i+1)
	later := name + " " + d.later + " " + value
	same := name + " = " + value
	if order[i].Model.Null {
		missing := name + " IS NULL AND " + value + " IS NOT NULL"
		if d == descending {
			missing = value + " IS NULL AND " + name + " IS NOT NULL"
		}
		later += " OR " + missing
		same = name + " IS NOT DISTINCT FROM " + value
	}
	if i == len(order)-1 {
		return later
	}
	return later + " OR " + same + " AND (" + s.afterColumn(order, i+1, d) + ")"
}

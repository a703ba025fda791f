package statement

import (
	"go/constant"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/evgen/evgen/analysis/program"
	"github.com/evgen/evgen/analysis/sqltext"
)

// tracer follows texts back to their constants.
type tracer struct {
	*Statements
	root    *ssa.Function // its parameters are marks
	reached map[*ssa.Function]program.Reached
	path    []ssa.Value // what is being followed, to end where it leads back
	steps   int
	inputs  []Input // what of the root's parameters is written
}

// site is an argument of a call by which a text came into a helper.
type site struct {
	at  ssa.Instruction
	arg int
	by  program.Reached
}

// alternative is one text that a value may be.
type alternative struct {
	text string
	site *site // the outermost one; nil where the text comes from the function itself
}

// most bounds the alternatives of one value: a text put together in more ways is not known.
const most = 64

// deep bounds how many steps a text is followed, patient, how many are taken for all that one player or function sends:
// values that call each other branch at every step.
const (
	deep    = 40
	patient = 20_000
)

var unknown = []alternative{{text: sqltext.Hole}}

// texts returns what v may be. It is never empty.
func (t *tracer) texts(v ssa.Value) []alternative {
	for _, on := range t.path {
		if on == v {
			return nil
		}
	}
	if t.steps++; len(t.path) > deep || t.steps > patient {
		return unknown
	}
	t.path = append(t.path, v)
	defer func() { t.path = t.path[:len(t.path)-1] }()
	if out := t.follow(v); len(out) > 0 && len(out) <= most {
		return out
	}
	return unknown
}

// follow has a case for each kind of value.
func (t *tracer) follow(v ssa.Value) []alternative {
	switch v := v.(type) {
	case *ssa.Const:
		if v.Value != nil && v.Value.Kind() == constant.String {
			return []alternative{{text: constant.StringVal(v.Value)}}
		}
	case *ssa.BinOp:
		if v.Op == token.ADD {
			return concat(t.texts(v.X), t.texts(v.Y))
		}
	case *ssa.Phi:
		return t.all(v.Edges)
	case *ssa.Convert:
		return t.texts(v.X)
	case *ssa.ChangeType:
		return t.texts(v.X)
	case *ssa.MakeInterface:
		return t.texts(v.X)
	case *ssa.TypeAssert:
		return t.texts(v.X)
	case *ssa.Parameter:
		return t.parameter(v)
	case *ssa.FreeVar:
		return t.all(program.Bindings(v))
	case *ssa.UnOp:
		if v.Op == token.MUL {
			return t.load(v.X)
		}
	case *ssa.Lookup:
		return t.all(t.elements(v.X))
	case *ssa.Extract:
		return t.extract(v)
	case *ssa.Field:
		return t.all(t.prog.Field(program.FieldOf(v.X.Type(), v.Field)))
	case *ssa.Call:
		return t.call(v)
	}
	return nil
}

func (t *tracer) all(values []ssa.Value) []alternative {
	var out []alternative
	for _, v := range values {
		out = append(out, t.texts(v)...)
	}
	return out
}

func concat(left, right []alternative) []alternative {
	var out []alternative
	for _, l := range left {
		for _, r := range right {
			a := alternative{text: l.text + r.text, site: l.site}
			if r.site != nil {
				a.site = r.site
			}
			out = append(out, a)
			if len(out) > most {
				return nil
			}
		}
	}
	return out
}

// parameter returns what the callers of a helper pass, as far as players reach them.
func (t *tracer) parameter(p *ssa.Parameter) []alternative {
	index := own(p)
	if index < 0 {
		return nil
	}
	if p.Parent() == t.root {
		return []alternative{{text: mark(index)}}
	}
	var out []alternative
	for _, call := range t.prog.Sites(p.Parent()) {
		by, ok := t.reached[call.Parent()]
		arg := program.Argument(call.Common(), index)
		if !ok || arg == nil {
			continue
		}
		for _, a := range t.texts(arg) {
			if a.site == nil {
				a.site = &site{call, index, by}
			}
			out = append(out, a)
		}
	}
	return out
}

func (t *tracer) extract(v *ssa.Extract) []alternative {
	switch tuple := v.Tuple.(type) {
	case *ssa.Next:
		if r, ok := tuple.Iter.(*ssa.Range); ok && v.Index == 2 {
			return t.all(t.elements(r.X))
		}
	case *ssa.Lookup:
		return t.all(t.elements(tuple.X))
	case *ssa.TypeAssert:
		return t.texts(tuple.X)
	case *ssa.Call:
		if strings.HasSuffix(program.FullName(tuple.Common()), ".ReadFile") && v.Index == 0 {
			return t.call(tuple)
		}
		if v.Index == 0 {
			if value, _ := t.sink(tuple); value != nil {
				return t.texts(value) // a prepared statement
			}
		}
		return t.returned(tuple, v.Index)
	}
	return nil
}

func (t *tracer) call(v *ssa.Call) []alternative {
	args := v.Common().Args
	switch program.FullName(v.Common()) {
	case "strings.ReplaceAll", "strings.Replace":
		return t.replace(args)
	case "strings.TrimSpace", "strings.Trim", "strings.TrimRight", "strings.TrimLeft", "strings.TrimPrefix",
		"strings.TrimSuffix", "strings.ToUpper", "strings.ToLower", "strings.Clone":
		return t.texts(args[0])
	case "fmt.Sprintf":
		return t.sprintf(args)
	case "strings.Join":
		return t.join(args)
	case "(embed.FS).ReadFile":
		return t.embeddedFile(args[0], t.texts(args[1]))
	case "io/fs.ReadFile":
		return t.embeddedFile(args[0], t.texts(args[1]))
	case "github.com/lib/pq.CopyIn":
		return copies(t.texts(args[0]))
	case "github.com/lib/pq.CopyInSchema":
		return copies(t.texts(args[1]))
	case "(*strings.Replacer).Replace":
		return t.texts(args[1])
	case "(*strings.Builder).String", "(*bytes.Buffer).String":
		return t.built(args[0])
	case "(*database/sql.Tx).Stmt", "(*database/sql.Tx).StmtContext":
		return t.texts(args[len(args)-1])
	}
	if value, _ := t.sink(v); value != nil {
		return t.texts(value)
	}
	return t.returned(v, 0)
}

// returned returns what functions of the package return.
func (t *tracer) returned(v *ssa.Call, index int) []alternative {
	var out []alternative
	for _, f := range t.prog.Callees(v) {
		for _, r := range program.Returns(f, index) {
			out = append(out, t.texts(r)...)
		}
	}
	return out
}

// replace makes of a placeholder what takes its place, or leaves it as it is where that is not known.
func (t *tracer) replace(args []ssa.Value) []alternative {
	out := t.texts(args[0])
	old, by := t.texts(args[1]), t.texts(args[2])
	if len(old) == 1 && len(by) == 1 && old[0].text != sqltext.Hole && by[0].text != sqltext.Hole {
		for i := range out {
			out[i].text = strings.ReplaceAll(out[i].text, old[0].text, by[0].text)
		}
	}
	return out
}

// sprintf fills in the arguments that are known, if all verbs are plain ones.
func (t *tracer) sprintf(args []ssa.Value) []alternative {
	out := t.texts(args[0])
	if len(args) < 2 {
		return out
	}
	for _, arg := range t.elements(args[1]) {
		known := t.texts(arg)
		for i := range out {
			at := strings.Index(out[i].text, "%s")
			if other := strings.IndexByte(out[i].text, '%'); at < 0 || other < at {
				continue
			}
			by := sqltext.Hole
			if len(known) == 1 {
				by = known[0].text
			}
			out[i].text = out[i].text[:at] + by + out[i].text[at+2:]
		}
	}
	return out
}

func (t *tracer) join(args []ssa.Value) []alternative {
	separators := t.texts(args[1])
	out := []alternative{{}}
	for i, e := range t.elements(args[0]) {
		if i > 0 {
			out = concat(out, separators)
		}
		out = concat(out, t.texts(e))
	}
	return out
}

// built joins what is written to a strings.Builder, in the order of the source.
func (t *tracer) built(b ssa.Value) []alternative {
	if v, ok := b.(*ssa.FreeVar); ok {
		if outer := program.Bindings(v); len(outer) == 1 {
			return t.built(outer[0])
		}
	}
	if b.Referrers() == nil {
		return nil
	}
	out := []alternative{{}}
	for _, ref := range *b.Referrers() {
		switch r := ref.(type) {
		case *ssa.Call:
			out = concat(out, t.written(r, r.Common().Args))
		case *ssa.MakeInterface: // fmt.Fprintf(&b, ...)
			for _, use := range *r.Referrers() {
				if call, ok := use.(*ssa.Call); ok {
					out = concat(out, t.written(call, call.Common().Args))
				}
			}
		}
	}
	return out
}

// written is what a call writes to the builder that it is given first.
func (t *tracer) written(call *ssa.Call, args []ssa.Value) []alternative {
	switch name, _ := callee(call.Common()); name {
	case "WriteString":
		return t.texts(args[len(args)-1])
	case "WriteByte", "WriteRune":
		if c, ok := args[1].(*ssa.Const); ok {
			return []alternative{{text: string(rune(c.Int64()))}}
		}
	case "Fprintf":
		return t.sprintf(args[1:])
	case "Fprint", "Fprintln":
		return t.join([]ssa.Value{args[1], ssa.NewConst(constant.MakeString(" "), types.Typ[types.String])})
	case "String", "Len", "Grow", "Cap", "Reset":
		return []alternative{{}}
	}
	return unknown
}

package codectest

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/evgen/evgen/runtime/codec"
)

// Mode says how much of a type a sample shows.
type Mode uint8

const (
	Least Mode = iota // required members only, lists and maps as short as they may be
	Most              // every member, lists and maps of two or three entries, down to some levels of nesting
	Mixed             // members by chance
)

// Sample returns a JSON document of the named struct of t. It has the shape of the type, and meets
// those constraints that are bounds, lengths, counts, constants or closed enums (not patterns). The
// same arguments give the same bytes. It panics if t has no such struct.
func Sample(t *codec.Table, name string, seed int64, mode Mode) []byte {
	s, ok := find(t, name).(*codec.Struct)
	if !ok {
		panic(fmt.Sprintf("codectest: %s has no struct %s", t.Package, name))
	}
	g := &sampler{rand: rand.New(rand.NewPCG(uint64(seed), 1)), mode: mode}
	return g.object(nil, t, s, "")
}

// find returns the type of a name, nil if there is none.
func find(t *codec.Table, name string) codec.Type {
	for _, typ := range t.Types {
		switch typ := typ.(type) {
		case *codec.Struct:
			if typ.Name == name {
				return typ
			}
		case *codec.Enum:
			if typ.Name == name {
				return typ
			}
		case *codec.ScalarSum:
			if typ.Name == name {
				return typ
			}
		case *codec.Union:
			if typ.Name == name {
				return typ
			}
		}
	}
	return nil
}

// maxNesting ends recursive types.
const maxNesting = 3

// A sampler writes one sample.
type sampler struct {
	rand  *rand.Rand
	mode  Mode
	depth int
}

// wanted decides whether something that may be left out is written.
func (g *sampler) wanted() bool {
	switch {
	case g.mode == Least || g.depth > maxNesting:
		return false
	case g.mode == Most:
		return g.depth <= maxNesting
	}
	return g.rand.IntN(2) == 0
}

// count returns how many entries a list or map gets.
func (g *sampler) count(checks []codec.Check) int {
	n := 0
	if g.wanted() {
		n = 2 + g.rand.IntN(2)
	}
	for _, c := range checks {
		switch c.Constraint {
		case codec.MinItems:
			n = max(n, int(c.Int))
		case codec.MaxItems:
			n = min(n, int(c.Int))
		}
	}
	return n
}

// object writes a struct; head is the text of a tag member, or empty.
func (g *sampler) object(dst []byte, t *codec.Table, s *codec.Struct, head string) []byte {
	g.depth++
	defer func() { g.depth-- }()
	dst = append(append(dst, '{'), head...)
	first := head == ""
	for i := range s.Fields {
		f := &s.Fields[i]
		if (f.Presence == codec.Optional || f.Presence == codec.MaybeNull) && !g.wanted() {
			continue
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst = append(append(dst, quote(f.Name)...), ':')
		if f.Presence >= codec.Nullable && !g.wanted() {
			dst = append(dst, "null"...)
			continue
		}
		dst = g.value(dst, t, f.Type, f.Checks)
	}
	return append(dst, '}')
}

func (g *sampler) value(dst []byte, t *codec.Table, id codec.ID, checks []codec.Check) []byte {
	for _, c := range checks {
		if c.Constraint == codec.Const {
			return append(dst, c.Text...)
		}
	}
	if id < codec.First {
		return append(dst, g.builtin(id, checks)...)
	}
	return g.composite(dst, t, t.Types[id], checks)
}

func (g *sampler) composite(dst []byte, t *codec.Table, typ codec.Type, checks []codec.Check) []byte {
	switch typ := typ.(type) {
	case *codec.Struct:
		return g.object(dst, t, typ, "")
	case *codec.List:
		return g.list(dst, t, typ.Elem, g.count(checks))
	case *codec.OneOrManyOf:
		if n := g.count(checks); n != 1 && g.wanted() {
			return g.list(dst, t, typ.Elem, n)
		}
		return g.value(dst, t, typ.Elem.Type, typ.Elem.Checks)
	case *codec.Map:
		return g.entries(dst, t, typ.Elem, g.count(checks))
	case *codec.Enum:
		return append(dst, g.enum(typ)...)
	case *codec.ScalarSum:
		return append(dst, g.scalar(typ.Allow, checks)...)
	case *codec.Union:
		return g.branch(dst, t, typ)
	case *codec.Text:
		return append(dst, quote(typ.Sample)...)
	case *codec.Import:
		return g.composite(dst, typ.Table, find(typ.Table, typ.Name), checks)
	}
	panic(fmt.Sprintf("codectest: no samples of a %T", typ))
}

func (g *sampler) list(dst []byte, t *codec.Table, elem codec.Elem, n int) []byte {
	g.depth++
	defer func() { g.depth-- }()
	dst = append(dst, '[')
	for i := range n {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = g.value(dst, t, elem.Type, elem.Checks)
	}
	return append(dst, ']')
}

func (g *sampler) entries(dst []byte, t *codec.Table, elem codec.Elem, n int) []byte {
	g.depth++
	defer func() { g.depth-- }()
	dst = append(dst, '{')
	for i := range n {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, quote("key"+strconv.Itoa(i))...)
		dst = g.value(append(dst, ':'), t, elem.Type, elem.Checks)
	}
	return append(dst, '}')
}

func (g *sampler) branch(dst []byte, t *codec.Table, u *codec.Union) []byte {
	b := u.Branches[0]
	if g.mode != Least {
		b = u.Branches[g.rand.IntN(len(u.Branches))]
	}
	typ := t.Types[b.Type]
	if i, foreign := typ.(*codec.Import); foreign {
		t, typ = i.Table, find(i.Table, i.Name)
	}
	return g.object(dst, t, typ.(*codec.Struct), quote(u.Tag)+":"+quote(b.Tag))
}

func (g *sampler) enum(e *codec.Enum) string {
	if len(e.Strings) > 0 {
		return quote(e.Strings[g.rand.IntN(len(e.Strings))])
	}
	if len(e.Ints) > 0 {
		return strconv.FormatInt(e.Ints[g.rand.IntN(len(e.Ints))], 10)
	}
	return "0"
}

func (g *sampler) scalar(allow codec.Alternatives, checks []codec.Check) string {
	for {
		switch alt := codec.Alternatives(1 << g.rand.IntN(4)); allow & alt {
		case codec.AllowString:
			return g.builtin(codec.String, checks)
		case codec.AllowBool:
			return "true"
		case codec.AllowInt64:
			return strconv.Itoa(g.rand.IntN(100))
		case codec.AllowFloat64:
			return strconv.Itoa(g.rand.IntN(100)) + ".5"
		}
	}
}

// builtin returns a value of a builtin type.
func (g *sampler) builtin(id codec.ID, checks []codec.Check) string {
	switch id {
	case codec.String:
		return quote(g.words(checks))
	case codec.Bool:
		return strconv.FormatBool(g.rand.IntN(2) == 0)
	case codec.Int32, codec.Int64, codec.Uint32, codec.Uint64:
		return g.integer(id, checks)
	case codec.Int64Text, codec.Uint64Text:
		return quote(g.integer(id, checks))
	case codec.Float32, codec.Float64:
		return g.float(checks)
	case codec.Bytes:
		return quote(base64.StdEncoding.EncodeToString([]byte(g.words(checks))))
	case codec.UUID:
		return quote(fmt.Sprintf("%08x-0000-4000-8000-%012x", g.rand.Uint32(), g.rand.Uint32()))
	case codec.URI:
		return quote("https://example.com/" + strconv.Itoa(g.rand.IntN(100)))
	case codec.Email:
		return quote("ada" + strconv.Itoa(g.rand.IntN(100)) + "@example.com")
	}
	return g.moment(id)
}

// moment returns a value of a builtin type of the calendar, or any JSON.
func (g *sampler) moment(id codec.ID) string {
	n := 10 + g.rand.IntN(18)
	switch id {
	case codec.Timestamp:
		return quote(fmt.Sprintf("2024-02-%dT%02d:30:15.%03dZ", n, n%24, g.rand.IntN(1000)))
	case codec.UnixSeconds:
		return strconv.Itoa(1_700_000_000 + n)
	case codec.UnixMillis:
		return strconv.Itoa(1_700_000_000_000 + n)
	case codec.UnixMicros:
		return strconv.Itoa(1_700_000_000_000_000 + n)
	case codec.DateType:
		return quote(fmt.Sprintf("2024-02-%d", n))
	case codec.TimeType:
		return quote(fmt.Sprintf("%02d:30:15", n%24))
	case codec.DurationType:
		return quote(fmt.Sprintf("P%dDT2H", n))
	case codec.JSONType:
		return `{"any":` + strconv.Itoa(n) + `}`
	}
	panic(fmt.Sprintf("codectest: no samples of builtin %d", id))
}

// words returns a text of a length that checks allow.
func (g *sampler) words(checks []codec.Check) string {
	words := [...]string{"ada", "likes", "tea", "na\u00efve", "caf\u00e9", "\u6f22\u5b57"}
	text := []rune(words[g.rand.IntN(len(words))] + " " + strconv.Itoa(g.rand.IntN(1000)))
	for _, c := range checks {
		switch c.Constraint {
		case codec.MinLength:
			text = append(text, []rune(strings.Repeat("x", max(0, int(c.Int)-len(text))))...)
		case codec.MaxLength:
			text = text[:min(len(text), int(c.Int))]
		}
	}
	return string(text)
}

func (g *sampler) integer(id codec.ID, checks []codec.Check) string {
	n := int64(g.rand.IntN(100))
	for _, c := range checks {
		bound := c.Int
		if id == codec.Uint32 || id == codec.Uint64 || id == codec.Uint64Text {
			bound = int64(min(c.Uint, 1<<62))
		}
		switch c.Constraint {
		case codec.Min:
			n = max(n, bound)
		case codec.Max:
			n = min(n, bound)
		}
	}
	return strconv.FormatInt(n, 10)
}

func (g *sampler) float(checks []codec.Check) string {
	f := float64(g.rand.IntN(100)) + 0.25
	for _, c := range checks {
		switch c.Constraint {
		case codec.Min:
			f = max(f, c.Float)
		case codec.Max:
			f = min(f, c.Float)
		}
	}
	text, err := json.Marshal(f)
	if err != nil {
		panic(fmt.Sprintf("codectest: bound %v has no JSON form", f))
	}
	return string(text)
}

// quote returns s, which is valid UTF-8, as a JSON string.
func quote(s string) string {
	text, err := json.Marshal(s)
	if err != nil {
		panic(fmt.Sprintf("codectest: %v", err))
	}
	return string(text)
}

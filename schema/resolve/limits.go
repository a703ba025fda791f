package resolve

import (
	"encoding/json"
	"math/big"
	"regexp"
	"strconv"
	"strings"

	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax"
)

// numeric and textual say which kinds a constraint fits.
var (
	numericKinds = []model.Kind{model.Int32, model.Int64, model.Uint32, model.Uint64, model.Float32, model.Float64, model.Decimal}
	textKinds    = []model.Kind{model.String, model.URI, model.Email}
	lengthKinds  = []model.Kind{model.String, model.URI, model.Email, model.Bytes}
	listKinds    = []model.Kind{model.List, model.OneOrMany}
	countedKinds = []model.Kind{model.List, model.OneOrMany, model.Map}
	decimalKinds = []model.Kind{model.Decimal}
)

// limits resolves the constraints of a type; nil if there are none.
func (r *resolver) limits(d *syntax.LimitsDecl, t *model.TypeRef) *model.Limits {
	if d.IsZero() {
		return nil
	}
	c := &limitChecker{r: r, typ: t}
	l := &model.Limits{
		Span:         d.Span,
		Min:          c.number(d.Min, "min"),
		Max:          c.number(d.Max, "max"),
		ExclusiveMin: c.number(d.ExclusiveMin, "exclusive_min"),
		ExclusiveMax: c.number(d.ExclusiveMax, "exclusive_max"),
		MultipleOf:   c.number(d.MultipleOf, "multiple_of"),
		MinLength:    c.count(d.MinLength, "min_length", lengthKinds),
		MaxLength:    c.count(d.MaxLength, "max_length", lengthKinds),
		MinItems:     c.count(d.MinItems, "min_items", countedKinds),
		MaxItems:     c.count(d.MaxItems, "max_items", countedKinds),
		Scale:        c.count(d.Scale, "scale", decimalKinds),
		Pattern:      c.pattern(d.Pattern),
		UniqueItems:  d.UniqueItems.Value && c.fits("unique_items", d.UniqueItems.Span, listKinds),
		Const:        r.value(d.Const, t, "const"),
		OneOf:        c.oneOf(d.OneOf),
	}
	c.consistent(d, l)
	return l
}

// each resolves the constraints on the elements of a list or map.
func (r *resolver) each(w fieldWork) {
	d, t := w.decl.Each, w.field.Type
	switch {
	case d == nil:
	case t.Elem == nil:
		r.rep.Add(limitOfWrongType("each", d.Span, t, countedKinds))
	default:
		w.field.Each = r.limits(d, t.Elem)
	}
}

type limitChecker struct {
	r   *resolver
	typ *model.TypeRef
}

// fits reports whether the constraint means something for the type, or for one alternative of a sum.
func (c *limitChecker) fits(name string, span source.Span, kinds []model.Kind) bool {
	if c.fitting(kinds) != nil {
		return true
	}
	c.r.rep.Add(limitOfWrongType(name, span, c.typ, kinds))
	return false
}

func (c *limitChecker) fitting(kinds []model.Kind) *model.TypeRef {
	for _, t := range append([]*model.TypeRef{c.typ}, c.typ.Alts...) {
		for _, k := range kinds {
			if t.Kind == k {
				return t
			}
		}
	}
	return nil
}

func (c *limitChecker) number(l syntax.Literal, name string) *model.Value {
	if l.JSON == nil || !c.fits(name, l.Span, numericKinds) {
		return nil
	}
	bare := *c.fitting(numericKinds)
	bare.Nullable = false
	v := c.r.value(l, &bare, name)
	if v != nil && name == "multiple_of" && numberOf(v).Sign() <= 0 {
		c.r.rep.Add(badValue(l, name, "must be more than 0"))
		return nil
	}
	return v
}

func (c *limitChecker) count(l syntax.Literal, name string, kinds []model.Kind) *int {
	if l.JSON == nil || !c.fits(name, l.Span, kinds) {
		return nil
	}
	n, err := strconv.ParseUint(string(l.JSON), 10, 31)
	if err != nil {
		c.r.rep.Add(badValue(l, name, "must be a whole number from 0"))
		return nil
	}
	count := int(n)
	return &count
}

func (c *limitChecker) pattern(p syntax.Text) string {
	if p.Value == "" || !c.fits("pattern", p.Span, textKinds) {
		return ""
	}
	if _, err := regexp.Compile(p.Value); err != nil {
		c.r.rep.Add(badPattern(p, err))
		return ""
	}
	return p.Value
}

func (c *limitChecker) oneOf(l syntax.Literal) []*model.Value {
	if l.JSON == nil {
		return nil
	}
	var items []json.RawMessage
	if err := json.Unmarshal(l.JSON, &items); err != nil {
		c.r.rep.Add(badValue(l, "one_of", "must be a list"))
		return nil
	}
	var out []*model.Value
	for _, item := range items {
		if v := c.r.value(syntax.Literal{JSON: item, Span: l.Span}, c.typ, "one_of"); v != nil {
			out = append(out, v)
		}
	}
	return out
}

// consistent refuses constraints that no value can meet.
func (c *limitChecker) consistent(d *syntax.LimitsDecl, l *model.Limits) {
	c.ordered(l.Min, l.Max, "min", "max", d.Max.Span, 0)
	c.ordered(l.ExclusiveMin, l.ExclusiveMax, "exclusive_min", "exclusive_max", d.ExclusiveMax.Span, 1)
	c.ordered(l.Min, l.ExclusiveMax, "min", "exclusive_max", d.ExclusiveMax.Span, 1)
	c.ordered(l.ExclusiveMin, l.Max, "exclusive_min", "max", d.Max.Span, 1)
	c.orderedCounts(l.MinLength, l.MaxLength, "min_length", "max_length", d.MaxLength.Span)
	c.orderedCounts(l.MinItems, l.MaxItems, "min_items", "max_items", d.MaxItems.Span)
}

// ordered wants high-low to have at least the sign given: 0 for bounds that may meet, 1 for those that may not.
func (c *limitChecker) ordered(low, high *model.Value, lowName, highName string, at source.Span, sign int) {
	if low == nil || high == nil {
		return
	}
	if numberOf(high).Cmp(numberOf(low)) < sign {
		c.r.rep.Add(emptyRange(lowName, highName, string(low.JSON), string(high.JSON), at, low.Span))
	}
}

func (c *limitChecker) orderedCounts(low, high *int, lowName, highName string, at source.Span) {
	if low != nil && high != nil && *low > *high {
		c.r.rep.Add(emptyRange(lowName, highName, strconv.Itoa(*low), strconv.Itoa(*high), at, source.Span{}))
	}
}

// numberOf reads a canonical number; decimals are text.
func numberOf(v *model.Value) *big.Rat {
	n, ok := exactNumber(strings.Trim(string(v.JSON), `"`))
	if !ok {
		return new(big.Rat)
	}
	return n
}

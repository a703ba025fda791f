package reading

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/evgen/evgen/schema/model"
)

// Strictness says what a reader refuses although it can be decoded.
type Strictness struct {
	Unknown  bool // fields that the schema does not name, in every object
	Enums    bool // values that an enum does not name, in every enum
	Branches bool // branches that a union does not name, in every union
	Validate bool // what violates the schema: constraints, closed objects, enums and unions, null for absence
}

// Check says what a strict reader has against a payload that decodes, nil if nothing. The error names the place.
func Check(s *model.Struct, payload []byte, how Strictness) error {
	dec := json.NewDecoder(bytes.NewReader(payload))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return fmt.Errorf("read payload: %w", err)
	}
	c := &checker{Strictness: how}
	c.object(v, s, "")
	if c.fault == "" {
		return nil
	}
	return errors.New(c.fault)
}

// checker walks a value; it keeps the first fault.
type checker struct {
	Strictness
	path  []string
	fault string
}

func (c *checker) fail(format string, args ...any) {
	if c.fault == "" {
		c.fault = strings.TrimPrefix(strings.Join(c.path, "")+": "+fmt.Sprintf(format, args...), ".")
		c.fault = strings.TrimPrefix(c.fault, ": ")
	}
}

func (c *checker) under(segment string, walk func()) {
	if c.fault != "" {
		return
	}
	c.path = append(c.path, segment)
	walk()
	c.path = c.path[:len(c.path)-1]
}

func (c *checker) object(v any, s *model.Struct, tag string) {
	m, ok := v.(map[string]any)
	if !ok {
		return // the decoder said so
	}
	names := map[string]bool{tag: tag != ""}
	for _, f := range s.Fields {
		names[f.JSON] = true
		value, there := m[f.JSON]
		if there {
			c.under("."+f.JSON, func() { c.field(value, f) })
		}
	}
	if !c.Unknown && (!c.Validate || s.Unknown != model.UnknownReject) {
		return
	}
	for _, name := range sortedKeys(m) {
		if !names[name] {
			c.fail("the schema has no field %q", name)
		}
	}
}

func sortedKeys(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func (c *checker) field(v any, f *model.Field) {
	if v == nil && f.Type.Kind != model.JSON {
		if c.Validate && !f.Type.Nullable {
			c.fail("null is not allowed")
		}
		return
	}
	c.limits(v, f.Type, f.Limits)
	c.value(v, f.Type, f.Each)
}

func (c *checker) value(v any, t *model.TypeRef, each *model.Limits) {
	switch t.Kind {
	case model.List:
		c.list(v, t.Elem, each)
	case model.OneOrMany:
		if _, many := v.([]any); many {
			c.list(v, t.Elem, each)
			return
		}
		c.element(v, t.Elem, each)
	case model.Map:
		c.entries(v, t.Elem, each)
	case model.Named:
		c.named(v, t.Named)
	case model.URI, model.Email:
		c.form(v, t.Kind)
	}
}

func (c *checker) element(v any, t *model.TypeRef, each *model.Limits) {
	if v == nil {
		return
	}
	c.limits(v, t, each)
	c.value(v, t, nil)
}

func (c *checker) list(v any, t *model.TypeRef, each *model.Limits) {
	list, _ := v.([]any)
	for i, e := range list {
		c.under("["+strconv.Itoa(i)+"]", func() { c.element(e, t, each) })
	}
}

func (c *checker) entries(v any, t *model.TypeRef, each *model.Limits) {
	m, _ := v.(map[string]any)
	for _, k := range sortedKeys(m) {
		c.under("{"+strconv.Quote(k)+"}", func() { c.element(m[k], t, each) })
	}
}

func (c *checker) named(v any, t *model.TypeVersion) {
	switch shape := t.Shape.(type) {
	case *model.Struct:
		c.object(v, shape, "")
	case *model.Enum:
		c.enum(v, shape)
	case *model.Union:
		c.union(v, shape)
	}
}

func (c *checker) enum(v any, e *model.Enum) {
	if !c.Enums && (!c.Validate || !e.Closed) {
		return
	}
	text := fmt.Sprint(v)
	for _, known := range e.Values {
		if e.Kind == model.String && known.Text == text || e.Kind == model.Int64 && equal(strconv.FormatInt(known.Int, 10), text) {
			return
		}
	}
	c.fail("the enum has no value %s", text)
}

func (c *checker) union(v any, u *model.Union) {
	m, _ := v.(map[string]any)
	tag, _ := m[u.Tag].(string)
	for _, b := range u.Branches {
		if b.Tag == tag {
			c.object(v, b.Type.Shape.(*model.Struct), u.Tag)
			return
		}
	}
	if c.Branches || c.Validate && u.Closed {
		c.fail("the union has no branch %q", tag)
	}
}

func (c *checker) form(v any, k model.Kind) {
	s, _ := v.(string)
	switch {
	case !c.Validate:
	case k == model.URI && !isURI(s):
		c.fail("%q is no URI", s)
	case k == model.Email && !isEmail(s):
		c.fail("%q is no email address", s)
	}
}

func isURI(s string) bool {
	if s == "" || strings.ContainsAny(s, " \t\r\n<>\"{}|\\^`") {
		return false
	}
	_, err := url.Parse(s)
	return err == nil
}

func isEmail(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s
}

// limits checks constraints on one value.
func (c *checker) limits(v any, t *model.TypeRef, l *model.Limits) {
	if !c.Validate || l == nil {
		return
	}
	c.choices(v, l)
	switch v := v.(type) {
	case json.Number:
		c.bounds(v.String(), l)
	case string:
		if t.Kind == model.Decimal || t.Encoding == model.EncodingString {
			c.bounds(v, l)
			return
		}
		c.text(v, l)
	case []any:
		c.items(len(v), l)
		c.unique(v, l)
	case map[string]any:
		c.items(len(v), l)
	}
}

func (c *checker) choices(v any, l *model.Limits) {
	allowed := l.OneOf
	if l.Const != nil {
		allowed = []*model.Value{l.Const}
	}
	if len(allowed) == 0 {
		return
	}
	text, _ := json.Marshal(v) // what was read from JSON always marshals
	if !slices.ContainsFunc(allowed, func(a *model.Value) bool { return equal(string(a.JSON), string(text)) }) {
		c.fail("%s is not one of the values that are allowed", text)
	}
}

// equal compares JSON texts; numbers by value.
func equal(a, b string) bool {
	x, ok := new(big.Rat).SetString(a)
	y, okToo := new(big.Rat).SetString(b)
	if ok && okToo {
		return x.Cmp(y) == 0
	}
	return a == b
}

func (c *checker) bounds(text string, l *model.Limits) {
	n, ok := new(big.Rat).SetString(text)
	if !ok {
		return
	}
	compare := func(bound *model.Value) int { return n.Cmp(rat(bound)) }
	switch {
	case l.Min != nil && compare(l.Min) < 0:
		c.fail("%s is less than %s", text, l.Min.JSON)
	case l.Max != nil && compare(l.Max) > 0:
		c.fail("%s is more than %s", text, l.Max.JSON)
	case l.ExclusiveMin != nil && compare(l.ExclusiveMin) <= 0:
		c.fail("%s is not more than %s", text, l.ExclusiveMin.JSON)
	case l.ExclusiveMax != nil && compare(l.ExclusiveMax) >= 0:
		c.fail("%s is not less than %s", text, l.ExclusiveMax.JSON)
	case l.MultipleOf != nil && rat(l.MultipleOf).Sign() != 0 && !new(big.Rat).Quo(n, rat(l.MultipleOf)).IsInt():
		c.fail("%s is no multiple of %s", text, l.MultipleOf.JSON)
	case l.Scale != nil && digitsBehindPoint(text) > *l.Scale:
		c.fail("%s has more than %d digits behind the point", text, *l.Scale)
	}
}

func rat(v *model.Value) *big.Rat {
	n, ok := new(big.Rat).SetString(strings.Trim(string(v.JSON), `"`))
	if !ok {
		return new(big.Rat)
	}
	return n
}

func digitsBehindPoint(text string) int {
	_, fraction, _ := strings.Cut(text, ".")
	return len(strings.TrimRight(fraction, "0"))
}

func (c *checker) text(s string, l *model.Limits) {
	n := utf8.RuneCountInString(s)
	switch {
	case l.MinLength != nil && n < *l.MinLength:
		c.fail("%d characters are less than %d", n, *l.MinLength)
	case l.MaxLength != nil && n > *l.MaxLength:
		c.fail("%d characters are more than %d", n, *l.MaxLength)
	case l.Pattern != "" && !matches(l.Pattern, s):
		c.fail("%q does not match %q", s, l.Pattern)
	}
}

func matches(pattern, s string) bool {
	re, err := regexp.Compile(pattern)
	return err != nil || re.MatchString(s)
}

func (c *checker) items(n int, l *model.Limits) {
	switch {
	case l.MinItems != nil && n < *l.MinItems:
		c.fail("%d entries are less than %d", n, *l.MinItems)
	case l.MaxItems != nil && n > *l.MaxItems:
		c.fail("%d entries are more than %d", n, *l.MaxItems)
	}
}

func (c *checker) unique(list []any, l *model.Limits) {
	if !l.UniqueItems {
		return
	}
	seen := map[string]bool{}
	for _, e := range list {
		text, _ := json.Marshal(e) // what was read from JSON always marshals
		if seen[string(text)] {
			c.fail("%s stands twice", text)
		}
		seen[string(text)] = true
	}
}

package codec

import (
	"encoding/json"
	"math"
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// A check is a linked Check.
type check struct {
	Check
	holds   func(c *check, s *shape, p Pointer) bool
	pattern func() (*regexp.Regexp, error) // compiled on first use
}

// checks links the constraints on a use of a shape.
func (l *linking) checks(s *shape, list []Check, where string) []check {
	out := make([]check, 0, len(list))
	for _, c := range list {
		linked := check{Check: c, holds: holder(c.Constraint, s)}
		if linked.holds == nil {
			l.fault("%s: %s does not apply to its type", where, c.Constraint)
			continue
		}
		if c.Constraint == Pattern {
			linked.pattern = sync.OnceValues(func() (*regexp.Regexp, error) { return regexp.Compile(c.Text) })
			l.program.patterns = append(l.program.patterns, linked.pattern)
		}
		out = append(out, linked)
	}
	return out
}

// holder returns what checks a constraint on a shape, nil if it does not apply.
func holder(c Constraint, s *shape) func(*check, *shape, Pointer) bool {
	if s.op == opText && c != Const && c != OneOf {
		return textHolds
	}
	switch c {
	case Min, Max, ExclusiveMin, ExclusiveMax, MultipleOf:
		return boundHolders[s.op]
	case MinLength, MaxLength:
		if textual(s) || s.op == Bytes {
			return lengthHolds
		}
	case Pattern:
		if textual(s) {
			return patternHolds
		}
	case MinItems, MaxItems:
		if s.op == opList || s.op == opMap || s.op == opOneOrMany {
			return itemsHold
		}
	case UniqueItems:
		if s.op == opList || s.op == opOneOrMany {
			return uniqueHolds
		}
	case Const:
		return constHolds
	case OneOf:
		return oneOfHolds
	}
	return nil
}

func textual(s *shape) bool {
	return s.op == String || s.op == URI || s.op == Email || s.op == opScalarSum && s.allow&AllowString != 0
}

// boundHolders checks Min and Max by opcode.
var boundHolders = map[opcode]func(*check, *shape, Pointer) bool{
	Int32:       func(c *check, _ *shape, p Pointer) bool { return c.bounds(int64(*at[int32](p))) },
	Int64:       func(c *check, _ *shape, p Pointer) bool { return c.bounds(*at[int64](p)) },
	Int64Text:   func(c *check, _ *shape, p Pointer) bool { return c.bounds(*at[int64](p)) },
	Uint32:      func(c *check, _ *shape, p Pointer) bool { return bounded(c, uint64(*at[uint32](p)), c.Uint) },
	Uint64:      func(c *check, _ *shape, p Pointer) bool { return bounded(c, *at[uint64](p), c.Uint) },
	Uint64Text:  func(c *check, _ *shape, p Pointer) bool { return bounded(c, *at[uint64](p), c.Uint) },
	Float32:     func(c *check, _ *shape, p Pointer) bool { return bounded(c, *at[float32](p), float32(c.Float)) },
	Float64:     func(c *check, _ *shape, p Pointer) bool { return bounded(c, *at[float64](p), c.Float) },
	opScalarSum: scalarBounds,
}

func (c *check) bounds(n int64) bool { return bounded(c, n, c.Int) }

// bounded compares v as the constraint says. A NaN meets no bound.
func bounded[T int64 | uint64 | float32 | float64](c *check, v, bound T) bool {
	switch c.Constraint {
	case Min:
		return v >= bound
	case ExclusiveMin:
		return v > bound
	case ExclusiveMax:
		return v < bound
	case MultipleOf:
		return isMultiple(float64(v), float64(bound))
	default:
		return v <= bound
	}
}

// isMultiple allows for the rounding of decimal fractions such as 0.01: the quotient is whole to twelve digits.
func isMultiple(v, unit float64) bool {
	q := v / unit
	return math.Abs(q-math.Round(q)) <= 1e-12*math.Max(1, math.Abs(q))
}

// scalarBounds applies a bound to the numbers of a sum; its other forms have none. A bound is
// given as Float.
func scalarBounds(c *check, _ *shape, p Pointer) bool {
	f, ok := at[Scalar](p).AsFloat64()
	return !ok || bounded(c, f, c.Float)
}

func textHolds(c *check, s *shape, p Pointer) bool {
	return s.text.Check != nil && s.text.Check(p, &c.Check)
}

// textAt returns the string of a textual shape; ok is false for a sum that holds something else.
func textAt(s *shape, p Pointer) (text string, ok bool) {
	if s.op == opScalarSum {
		return at[Scalar](p).AsString()
	}
	return *at[string](p), true
}

func lengthHolds(c *check, s *shape, p Pointer) bool {
	if s.op == Bytes {
		return c.counts(at[sliceWords](p).len)
	}
	text, ok := textAt(s, p)
	return !ok || c.counts(utf8.RuneCountInString(text))
}

// counts compares a length or number of entries.
func (c *check) counts(n int) bool {
	if c.Constraint == MinLength || c.Constraint == MinItems {
		return int64(n) >= c.Int
	}
	return int64(n) <= c.Int
}

// patternHolds fails for a pattern that does not compile; Table.Check reports it.
func patternHolds(c *check, s *shape, p Pointer) bool {
	text, ok := textAt(s, p)
	if !ok {
		return true
	}
	re, err := c.pattern()
	return err == nil && re.MatchString(text)
}

func itemsHold(c *check, s *shape, p Pointer) bool {
	switch s.op {
	case opMap:
		return c.counts(max(s.elem.slot.mapLen(p), 0))
	case opOneOrMany:
		return c.counts(at[oneOrManyWords](p).values.len)
	}
	return c.counts(at[sliceWords](p).len)
}

// uniqueHolds compares elements by the bytes that encode them. One that cannot be encoded is not
// the business of this constraint.
func uniqueHolds(_ *check, s *shape, p Pointer) bool {
	list := at[sliceWords](p)
	if s.op == opOneOrMany {
		list = &at[oneOrManyWords](p).values
	}
	seen := make(map[string]struct{}, list.len)
	var text []byte
	for i := range list.len {
		var err *Error
		text, err = appendValue(text[:0], s.elem, add(list.data, uintptr(i)*s.elem.slotSize))
		if err != nil {
			return true
		}
		if _, twice := seen[string(text)]; twice {
			return false
		}
		seen[string(text)] = struct{}{}
	}
	return true
}

func constHolds(c *check, s *shape, p Pointer) bool {
	var room [64]byte
	text, err := appendBare(room[:0], s.op, s, p)
	return err == nil && string(text) == c.Text
}

// oneOfHolds compares the bytes that encode the value with each that is allowed.
func oneOfHolds(c *check, s *shape, p Pointer) bool {
	var room [64]byte
	text, err := appendBare(room[:0], s.op, s, p)
	if err != nil {
		return false
	}
	var allowed []JSON
	if json.Unmarshal([]byte(c.Text), &allowed) != nil {
		return false
	}
	return slices.ContainsFunc(allowed, func(j JSON) bool { return string(j) == string(text) })
}

// demand says in words what the constraint wants.
func (c *check) demand() string {
	switch c.Constraint {
	case Min:
		return "must be at least " + c.bound()
	case Max:
		return "must be at most " + c.bound()
	case ExclusiveMin:
		return "must be more than " + c.bound()
	case ExclusiveMax:
		return "must be less than " + c.bound()
	case MultipleOf:
		return "must be a multiple of " + c.bound()
	case MinLength:
		return "must have at least " + counted(c.Int, "character", "characters")
	case MaxLength:
		return "must have at most " + counted(c.Int, "character", "characters")
	case Pattern:
		return "must match " + strconv.Quote(c.Text)
	case MinItems:
		return "must have at least " + counted(c.Int, "entry", "entries")
	case MaxItems:
		return "must have at most " + counted(c.Int, "entry", "entries")
	case UniqueItems:
		return "must not have equal elements"
	case Const:
		return "must be " + c.Text
	case OneOf:
		return "must be one of " + c.Text
	case Scale:
		return "must have at most " + counted(c.Int, "digit", "digits") + " behind the point"
	}
	return "must meet " + c.Constraint.String()
}

// counted is "1 character" or "2 characters".
func counted(n int64, one, several string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.FormatInt(n, 10) + " " + several
}

// bound prints the one bound that is set.
func (c *check) bound() string {
	switch {
	case c.Text != "":
		return c.Text
	case c.Uint != 0:
		return strconv.FormatUint(c.Uint, 10)
	case c.Float != 0:
		return strconv.FormatFloat(c.Float, 'g', -1, 64)
	}
	return strconv.FormatInt(c.Int, 10)
}

var constraintNames = [...]string{Min: "min", Max: "max", ExclusiveMin: "exclusive_min",
	ExclusiveMax: "exclusive_max", MultipleOf: "multiple_of", OneOf: "one_of", MinLength: "min_length", MaxLength: "max_length",
	Pattern: "pattern", MinItems: "min_items", MaxItems: "max_items", UniqueItems: "unique_items", Const: "const",
	Scale: "scale", Format: "format", ClosedEnum: "enum", NonNil: "required"}

// String returns the name that the schema has for it, such as "max_length".
func (c Constraint) String() string {
	if int(c) < len(constraintNames) && constraintNames[c] != "" {
		return constraintNames[c]
	}
	return "constraint " + strconv.Itoa(int(c))
}

// isURI takes absolute URIs and relative references, as JSON Schema's uri-reference does, but no
// text with spaces or control characters.
func isURI(s string) bool {
	if s == "" || strings.ContainsAny(s, " \t\r\n<>\"{}|\\^`") {
		return false
	}
	_, err := url.Parse(s)
	return err == nil
}

// isEmail takes a bare address as in RFC 5322, without a display name.
func isEmail(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s
}

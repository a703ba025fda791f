package sealed_test

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"

	"github.com/evgen/evgen/runtime"
)

// inventor makes up schemas with sealed fields, and payloads of them in which every sealed value is
// one that stands nowhere else.
type inventor struct {
	*rand.Rand
	// secrets are those values, with all whose keys are needed to read them.
	secrets map[string][]string
	// room is how many objects there may still be in a payload.
	room int
}

// Lengths of secrets.
const (
	textLength   = 18
	numberLength = 16
)

// found are the secrets that stand in a text, also as what PostgreSQL shows of bytes.
func (v *inventor) found(text string) map[string]int {
	found := map[string]int{}
	for at := range text {
		for _, length := range []int{textLength, numberLength} {
			if at+length <= len(text) && v.secrets[text[at:at+length]] != nil {
				found[text[at:at+length]] = at
			}
			if at+2*length > len(text) || text[at] != '3' && text[at] != '6' && text[at] != '7' {
				continue
			}
			if plain, err := hex.DecodeString(text[at : at+2*length]); err == nil && v.secrets[string(plain)] != nil {
				found[string(plain)] = at
			}
		}
	}
	return found
}

// invented is an event of a schema that was made up.
type invented struct {
	wire, data string
	seals      *runtime.Seals
	keys       map[string]bool // of the maps in data
}

func (e invented) EventType() string { return e.wire }

func (e invented) EventVersion() int { return 1 }

func (e invented) AppendJSON(dst []byte) ([]byte, error) { return append(dst, e.data...), nil }

func (e invented) Validate() error { return nil }

func (e invented) Seals() *runtime.Seals { return e.seals }

// object is a struct or, with branches, a union of them.
type object struct {
	fields   []field
	branches []*object
	index    int
}

type field struct {
	runtime.SealField
	inner *object // nil for a text or a number
}

// persons are the subjects of what is made up. Streams are named after them, too.
var persons = []string{"p1", "p2", "p3", "p4", "p5", "p6"}

// mapKeys finds the keys of maps, which no fields are called.
var mapKeys = regexp.MustCompile(`"([a-z]{18}|[0-9]{16})":`)

// schema makes up one event, and returns what makes payloads of it for a stream.
func (v *inventor) schema(wire string) (runtime.EventSchema, func(stream string) invented) {
	var all []*object
	root := v.object(&all, 3)
	seals := &runtime.Seals{Shapes: make([]runtime.SealShape, len(all))}
	for i, o := range all {
		seals.Shapes[i] = o.shape()
	}
	decode := func(data []byte) (runtime.Event, error) {
		keys := map[string]bool{}
		for _, name := range mapKeys.FindAllSubmatch(data, -1) {
			keys[string(name[1])] = true
		}
		return invented{wire, string(data), seals, keys}, nil
	}
	return runtime.EventSchema{Type: wire, Aggregate: "Thing", Versions: []runtime.VersionSchema{{Number: 1, Decode: decode, Seals: seals}}},
		func(stream string) invented {
			v.room = 20
			return invented{wire, v.payload(root, 4, stream, nil), seals, nil}
		}
}

func (v *inventor) object(all *[]*object, depth int) *object {
	o := &object{index: len(*all)}
	*all = append(*all, o)
	if depth < 3 && v.IntN(4) == 0 {
		for range 2 {
			o.branches = append(o.branches, v.object(all, 0))
		}
		return o
	}
	for i := range 1 + v.IntN(4) {
		f := field{SealField: runtime.SealField{Name: fmt.Sprint("f", i)}}
		switch v.IntN(5) {
		case 0:
		case 1:
			f.OfStream = true
		case 2:
			f.Subject = []string{"of", "whom"}
		default:
			f.Subject = []string{"who"}
		}
		if f.Sealed() && v.IntN(2) == 0 {
			f.Erased = `""`
		}
		if depth > 0 && v.IntN(2) == 0 {
			f.Around = []string{"", "[", "{", "?", "[{", "{["}[v.IntN(6)]
			if f.inner = (*all)[v.IntN(len(*all))]; v.IntN(5) > 0 { // else it is recursive
				f.inner = v.object(all, depth-1)
			}
			f.Inner = f.inner.index + 1
		}
		o.fields = append(o.fields, f)
	}
	return o
}

func (o *object) shape() (s runtime.SealShape) {
	for i, b := range o.branches {
		s.Tag = "kind"
		s.Branches = append(s.Branches, runtime.SealBranch{Tag: fmt.Sprint("b", i), Shape: b.index})
	}
	for _, f := range o.fields {
		s.Fields = append(s.Fields, f.SealField)
	}
	return s
}

// payload writes an object. owners are those for whom something around it is sealed.
func (v *inventor) payload(o *object, depth int, stream string, owners []string) string {
	v.room--
	who, whom := persons[v.IntN(len(persons))], persons[v.IntN(len(persons))]
	members := []string{fmt.Sprintf(`"who":%q,"of":{"whom":%q}`, who, whom)}
	if len(o.branches) > 0 {
		i := v.IntN(len(o.branches))
		o = o.branches[i]
		members = append(members, fmt.Sprintf(`"kind":"b%d"`, i))
	}
	for _, f := range o.fields {
		all := owners
		switch {
		case f.OfStream:
			all = append(slices.Clip(all), stream)
		case len(f.Subject) == 1:
			all = append(slices.Clip(all), who)
		case len(f.Subject) == 2:
			all = append(slices.Clip(all), whom)
		}
		if f.inner == nil {
			members = append(members, fmt.Sprintf("%q:%s", f.Name, v.leaf(all)))
		} else if depth > 0 && v.room > 0 {
			members = append(members, fmt.Sprintf("%q:%s", f.Name, v.around(f.Around, f.inner, depth-1, stream, all)))
		}
	}
	return "{" + strings.Join(members, ",") + "}"
}

func (v *inventor) around(around string, o *object, depth int, stream string, owners []string) string {
	if around == "" || around == "?" && v.IntN(2) == 0 {
		return v.payload(o, depth, stream, owners)
	}
	var elements []string
	for i := range v.IntN(3) {
		element := v.around(around[1:], o, depth, stream, owners)
		if around[0] == '{' {
			key, _ := json.Marshal(fmt.Sprint("key", i))
			if len(owners) > 0 {
				key = []byte(v.leaf(owners))
				if key[0] != '"' {
					key = fmt.Appendf(nil, "%q", key)
				}
			}
			element = fmt.Sprintf("%s:%s", key, element)
		}
		elements = append(elements, element)
	}
	if around[0] == '{' {
		return "{" + strings.Join(elements, ",") + "}"
	}
	return "[" + strings.Join(elements, ",") + "]"
}

// leaf is a text or a number; a secret if it is sealed for somebody.
func (v *inventor) leaf(owners []string) string {
	if len(owners) == 0 {
		return `"public"`
	}
	if v.IntN(3) == 0 {
		number := fmt.Sprint(1_000_000_000_000_000 + v.Int64N(8_000_000_000_000_000))
		v.secrets[number] = owners
		return number
	}
	text := make([]byte, textLength)
	for i := range text {
		text[i] = 'a' + byte(v.IntN(26))
	}
	v.secrets[string(text)] = owners
	return fmt.Sprintf("%q", text)
}

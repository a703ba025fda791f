package inclusion

import (
	"math/big"
	"strconv"
	"strings"
)

// node is a part of a schema in logical form. Equal parts are one node.
type node struct {
	id   int
	form form
	of   []*node // of all, any and not: the parts; of atoms: what they say of elements, names or values

	types types // of atoms, the type of the values that they are about: others satisfy them
	atom  atom
	text  string   // a name, a text, a pattern
	from  int      // a count, or where elements begin
	to    int      // where elements end; endless for none
	at    *big.Rat // a bound or a divisor

	scope *scope // of references
}

// form tells nodes apart.
type form uint8

const (
	always    form = iota
	ofType         // the value has one of the types
	all            // all parts hold
	any1           // one part holds
	not            // the part does not hold
	reference      // what a definition says
	ofAtom         // an atom holds
	opaque         // something that is not understood
)

// atom is what a schema can say of values of one type.
type atom uint8

const (
	isTrue      atom = iota
	atLeast          // numbers
	above            //
	atMost           //
	below            //
	multipleOf       //
	isText           // texts
	matches          //
	longerThan       // runes
	minItems         // arrays
	unique           //
	elements         // every element of some positions
	many             // at least so many elements
	required         // objects
	property         // the value under a name, if there is one
	properties       // every value under names that satisfy a schema
	minProperty      //
)

// endless is the end of positions that have none.
const endless = 1 << 30

// types is a set of JSON types. Integers are numbers that are multiples of one.
type types uint8

const (
	typeNull types = 1 << iota
	typeBoolean
	typeNumber
	typeString
	typeArray
	typeObject
	allTypes types = 1<<iota - 1
)

var typeNames = map[string]types{
	"null": typeNull, "boolean": typeBoolean, "number": typeNumber, "string": typeString, "array": typeArray, "object": typeObject,
}

// shop makes nodes, equal ones once.
type shop struct {
	nodes map[string]*node
	alone int
}

func (s *shop) intern(key string, n node) *node {
	if known := s.nodes[key]; known != nil {
		return known
	}
	n.id = len(s.nodes)
	s.nodes[key] = &n
	return &n
}

func (s *shop) yes() *node { return s.intern("yes", node{form: always}) }

func (s *shop) no() *node { return s.not(s.yes()) }

func (s *shop) not(n *node) *node {
	if n.form == not {
		return n.of[0]
	}
	return s.intern(key("not", n), node{form: not, of: []*node{n}})
}

func (s *shop) typed(t types) *node {
	return s.intern("type "+strconv.Itoa(int(t)), node{form: ofType, types: t})
}

func (s *shop) all(parts ...*node) *node { return s.joined("all", all, parts) }

func (s *shop) any(parts ...*node) *node { return s.joined("any", any1, parts) }

func (s *shop) joined(name string, f form, parts []*node) *node {
	if len(parts) == 1 {
		return parts[0]
	}
	return s.intern(key(name, parts...), node{form: f, of: parts})
}

// denied is that an atom does not hold for a value of its type. Values of other types satisfy it.
func (s *shop) denied(t types, n *node) *node { return s.any(s.not(s.typed(t)), s.not(n)) }

// says makes an atom about values of a type.
func (s *shop) says(t types, n node) *node {
	n.form, n.types = ofAtom, t
	at := ""
	if n.at != nil {
		at = n.at.RatString()
	}
	parts := []string{"atom", strconv.Itoa(int(n.atom)), at, strconv.Itoa(n.from), strconv.Itoa(n.to), strconv.Quote(n.text)}
	return s.intern(key(strings.Join(parts, " "), n.of...), n)
}

// unknown is something that is not understood; where the text is the same, the meaning is.
func (s *shop) unknown(text string) *node { return s.intern("unknown "+text, node{form: opaque}) }

// meaningless is like nothing else, itself included.
func (s *shop) meaningless() *node {
	s.alone++
	return s.unknown("alone " + strconv.Itoa(s.alone))
}

func key(name string, parts ...*node) string {
	var b strings.Builder
	b.WriteString(name)
	for _, p := range parts {
		b.WriteByte(' ')
		b.WriteString(strconv.Itoa(p.id))
	}
	return b.String()
}

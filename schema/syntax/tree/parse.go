package tree

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/source"
)

// The bounds on one file.
const (
	MaxBytes      = 16 << 20 // size of a file
	maxDepth      = 200      // nesting
	maxAliasNodes = 100_000  // nodes that aliases may add
)

// Parse reads the only YAML document of a file. It returns nil when the file cannot be read as a
// tree; the report says why. Duplicate keys are reported and left out of the tree.
func Parse(file *source.File, rep *diag.Report) *Node {
	if !readable(file, rep) {
		return nil
	}
	root, err := decode(file.Bytes)
	if err != nil {
		rep.Add(yamlSyntax(file, err))
		return nil
	}
	if len(root) == 0 || isEmpty(root[0]) {
		rep.Add(emptyFile(file))
		return nil
	}
	b := &builder{file: file, lines: newLines(file.Bytes), rep: rep, anchors: map[*yaml.Node]*Node{}}
	if len(root) > 1 {
		rep.Add(severalDocuments(b.place(root[1])))
		return nil
	}
	n := b.node(root[0].Content[0], 0)
	if b.stopped {
		return nil
	}
	return n
}

func readable(file *source.File, rep *diag.Report) bool {
	if len(file.Bytes) > MaxBytes {
		rep.Add(fileTooLarge(file))
		return false
	}
	if at := invalidUTF8(file.Bytes); at >= 0 {
		rep.Add(notUTF8(source.Span{File: file, Start: at, End: at + 1}))
		return false
	}
	if at := strangeBreak(file.Bytes); at >= 0 {
		rep.Add(lineBreak(source.Span{File: file, Start: at, End: at + 1}))
		return false
	}
	return true
}

func invalidUTF8(b []byte) int {
	if utf8.Valid(b) {
		return -1
	}
	for i := 0; ; {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n <= 1 {
			return i
		}
		i += n
	}
}

func isEmpty(doc *yaml.Node) bool {
	return len(doc.Content) == 0 || doc.Content[0].Kind == yaml.ScalarNode && doc.Content[0].ShortTag() == "!!null"
}

// decode reads at most two documents: one more than is allowed.
func decode(text []byte) (docs []*yaml.Node, err error) {
	defer func() {
		// yaml.v3 panics on some malformed input; to the user that is a fault of the file.
		if r := recover(); r != nil {
			err = fmt.Errorf("yaml: %v", r)
		}
	}()
	hidden, mask := hideMarks(text)
	dec := yaml.NewDecoder(bytes.NewReader(hidden))
	for len(docs) < 2 {
		n := new(yaml.Node)
		if err := dec.Decode(n); errors.Is(err, io.EOF) {
			return docs, nil
		} else if err != nil {
			return nil, err
		}
		showMarks(n, mask)
		docs = append(docs, n)
	}
	return docs, nil
}

// builder copies yaml's nodes into ours, once each: aliases share what they name.
type builder struct {
	file    *source.File
	lines   *lines
	rep     *diag.Report
	anchors map[*yaml.Node]*Node // nil while being built
	added   int                  // nodes that aliases added
	stopped bool                 // a bound was hit: the tree is not whole
}

func (b *builder) node(y *yaml.Node, depth int) *Node {
	if depth > maxDepth {
		b.stop(tooDeep(b.place(y)))
	}
	if b.stopped {
		return &Node{Tag: Null, body: -1, size: 1}
	}
	if y.Kind == yaml.AliasNode {
		return b.alias(y)
	}
	if y.Anchor != "" {
		b.anchors[y] = nil
	}
	n := b.build(y, depth)
	if y.Anchor != "" {
		b.anchors[y] = n
	}
	return n
}

func (b *builder) build(y *yaml.Node, depth int) *Node {
	b.checkTag(y)
	switch y.Kind {
	case yaml.SequenceNode:
		return b.sequence(y, depth)
	case yaml.MappingNode:
		return b.mapping(y, depth)
	default:
		return b.scalar(y)
	}
}

func (b *builder) stop(d diag.Diagnostic) {
	if !b.stopped {
		b.rep.Add(d)
	}
	b.stopped = true
}

func (b *builder) alias(y *yaml.Node) *Node {
	n := b.anchors[y.Alias]
	if n == nil {
		b.stop(aliasCycle(b.place(y), y.Value))
		return &Node{Tag: Null, body: -1, size: 1}
	}
	if b.added += n.size; b.added > maxAliasNodes {
		b.stop(aliasBomb(b.place(y), y.Value))
	}
	return n
}

var standardTags = map[string]bool{
	"!!str": true, "!!null": true, "!!bool": true, "!!int": true, "!!float": true,
	"!!timestamp": true, "!!merge": true, "!!seq": true, "!!map": true, "": true,
}

func (b *builder) checkTag(y *yaml.Node) {
	if !standardTags[y.ShortTag()] {
		b.rep.Add(unknownTag(b.place(y), y.Tag))
	}
}

func (b *builder) sequence(y *yaml.Node, depth int) *Node {
	n := &Node{Kind: Sequence, Flow: y.Style&yaml.FlowStyle != 0, body: -1, size: 1, Items: make([]*Node, 0, len(y.Content))}
	start := b.start(y)
	for _, c := range y.Content {
		item := b.node(c, depth+1)
		n.Items = append(n.Items, item)
		n.size += item.size
	}
	n.Span = b.collection(y, start)
	return n
}

func (b *builder) mapping(y *yaml.Node, depth int) *Node {
	n := &Node{Kind: Mapping, Flow: y.Style&yaml.FlowStyle != 0, body: -1, size: 1, Pairs: make([]Pair, 0, len(y.Content)/2)}
	start := b.start(y)
	seen := newSeen(len(y.Content) / 2)
	for i := 0; i+1 < len(y.Content); i += 2 {
		key, value := b.node(y.Content[i], depth+1), b.node(y.Content[i+1], depth+1)
		if b.stopped {
			break
		}
		if b.refusedKey(y.Content[i], key) {
			continue
		}
		if first := seen.add(n.Pairs, key); first != nil {
			b.rep.Add(duplicateKey(key, first.Span))
			continue
		}
		n.Pairs = append(n.Pairs, Pair{key, value})
		n.size += key.size + value.size
	}
	n.Span = b.collection(y, start)
	return n
}

func (b *builder) refusedKey(y *yaml.Node, key *Node) bool {
	switch {
	case key.Kind != Scalar:
		b.rep.Add(complexKey(key))
	case y.Kind == yaml.ScalarNode && y.ShortTag() == "!!merge":
		b.rep.Add(mergeKey(key))
	default:
		return false
	}
	return true
}

// seen finds duplicate keys: by scanning while there are few, through a map beyond.
type seen map[string]*Node

const fewKeys = 12

func newSeen(keys int) seen {
	if keys <= fewKeys {
		return nil
	}
	return make(seen, keys)
}

func (s seen) add(pairs []Pair, key *Node) *Node {
	if s != nil {
		first := s[key.Text]
		if first == nil {
			s[key.Text] = key
		}
		return first
	}
	for _, p := range pairs {
		if p.Key.Text == key.Text {
			return p.Key
		}
	}
	return nil
}

var scalarTags = map[string]Tag{"!!null": Null, "!!bool": Bool, "!!int": Int, "!!float": Float}

func (b *builder) scalar(y *yaml.Node) *Node {
	start := b.start(y)
	n := &Node{Kind: Scalar, Tag: scalarTags[y.ShortTag()], Text: y.Value, body: -1, size: 1}
	n.Span, n.body, n.Plain = b.extent(y, start)
	n.Loose = n.body < 0 && y.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) == 0
	if n.Plain && n.Tag == Str && y.Style&yaml.TaggedStyle == 0 && hugeNumber.MatchString(n.Text) {
		n.Tag = Float
	}
	return n
}

// hugeNumber are numbers that yaml.v3 takes for text since no float64 holds them.
var hugeNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?[eE][+-]?[0-9]+$`)

func (b *builder) place(y *yaml.Node) source.Span {
	if y.Kind == yaml.DocumentNode && len(y.Content) > 0 {
		y = y.Content[0]
	}
	start := b.start(y)
	return source.Span{File: b.file, Start: start, End: max(start, min(start+1, len(b.file.Bytes)))}
}

var yamlLine = regexp.MustCompile(`line (\d+): `)

// lineOf takes the line out of an error of yaml.v3, which has no column.
func lineOf(message string) (line int, rest string) {
	m := yamlLine.FindStringSubmatchIndex(message)
	if m == nil {
		return 1, message
	}
	line, err := strconv.Atoi(message[m[2]:m[3]])
	if err != nil {
		return 1, message
	}
	return line, message[:m[0]] + message[m[1]:]
}

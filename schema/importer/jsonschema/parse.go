package jsonschema

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"strconv"
	"unicode/utf8"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax"
)

// maxDepth bounds the nesting of a schema file. The deepest real one known has 40 levels.
const maxDepth = 512

// file is one schema file that was read.
type file struct {
	name   string
	source *source.File
	root   *node
	input  bool // given by the caller, not only referred to
}

// parser builds the nodes of one file; ids continue over files.
type parser struct {
	file  *file
	dec   *json.Decoder
	ids   *int
	depth int
	twice []*node // members whose name was written before
}

// parse reads a file. A file that cannot be read is a diagnostic and nil.
func (l *library) parse(name string, b []byte) (*file, *diag.Diagnostic) {
	f := &file{name: name, source: source.NewFile(name, b)}
	text := bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	if at := invalidUTF8(text); at >= 0 {
		return nil, notUTF8(f.span(at + len(b) - len(text)))
	}
	if isYAML(name, text) {
		converted, err := syntax.YAMLToJSON(text)
		if err != nil {
			return nil, notYAML(f.span(lineOf(f, err)), err)
		}
		text = converted
	}
	p := &parser{file: f, dec: json.NewDecoder(bytes.NewReader(text)), ids: &l.nodes}
	p.dec.UseNumber()
	root, err := p.document()
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, notJSON(f.span(len(b)), err)
	}
	if err != nil {
		return nil, notJSON(f.span(errorOffset(err, p.dec)+len(b)-len(text)), err)
	}
	f.root = root
	for _, n := range p.twice {
		l.losses.add(n.up, n.key, "the name is written twice; the last one counts")
	}
	return f, nil
}

var yamlLine = regexp.MustCompile(`line (\d+)`)

// lineOf is the offset of the line that an error of the YAML reader names.
func lineOf(f *file, err error) int {
	if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
		if line, err := strconv.Atoi(m[1]); err == nil {
			return f.source.Offset(line, 1)
		}
	}
	return 0
}

func (f *file) span(at int) source.Span {
	at = min(max(at, 0), len(f.source.Bytes))
	return source.Span{File: f.source, Start: at, End: min(at+1, len(f.source.Bytes))}
}

func invalidUTF8(b []byte) int {
	if utf8.Valid(b) {
		return -1
	}
	for at := 0; at < len(b); {
		r, n := utf8.DecodeRune(b[at:])
		if r == utf8.RuneError && n == 1 {
			return at
		}
		at += n
	}
	return -1
}

// isYAML goes by the name; a file without a known extension is JSON if it looks like it.
func isYAML(name string, text []byte) bool {
	switch path.Ext(name) {
	case ".yaml", ".yml":
		return true
	case ".json":
		return false
	}
	text = bytes.TrimSpace(text)
	return len(text) > 0 && text[0] != '{' && text[0] != '[' && !json.Valid(text)
}

var errTooDeep = fmt.Errorf("nested more than %d levels deep", maxDepth)

func errorOffset(err error, dec *json.Decoder) int {
	var syntaxError *json.SyntaxError
	if errors.As(err, &syntaxError) && syntaxError.Offset > dec.InputOffset() {
		return int(syntaxError.Offset) - 1 // the decoder counts the byte that is wrong, except between tokens
	}
	return int(dec.InputOffset())
}

func (p *parser) document() (*node, error) {
	root, err := p.value(nil, "")
	if err != nil {
		return nil, err
	}
	if _, err := p.dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("text after the end of the value")
	}
	return root, nil
}

func (p *parser) value(up *node, key string) (*node, error) {
	token, err := p.dec.Token()
	if err != nil {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return nil, err
	}
	*p.ids++
	n := &node{id: *p.ids, file: p.file, up: up, key: key}
	switch t := token.(type) {
	case json.Delim:
		return n, p.compound(n, t)
	case string:
		n.sort, n.text = sortString, t
	case json.Number:
		n.sort, n.text = sortNumber, t.String()
	case bool:
		n.sort, n.text = sortBool, strconv.FormatBool(t)
	}
	return n, nil
}

func (p *parser) compound(n *node, open json.Delim) error {
	p.depth++
	defer func() { p.depth-- }()
	if p.depth > maxDepth {
		return errTooDeep
	}
	var err error
	if open == '{' {
		n.sort, err = sortObject, p.object(n)
	} else {
		n.sort, err = sortArray, p.array(n)
	}
	if err == nil {
		_, err = p.dec.Token() // the closing bracket
	}
	return err
}

func (p *parser) object(n *node) error {
	seen := map[string]bool{}
	for p.dec.More() {
		token, err := p.dec.Token()
		if err != nil {
			return err
		}
		name, _ := token.(string) // the decoder accepts nothing else here
		child, err := p.value(n, name)
		if err != nil {
			return err
		}
		if seen[name] {
			p.twice = append(p.twice, child)
		}
		seen[name] = true
		n.members = append(n.members, member{name, child})
	}
	return nil
}

func (p *parser) array(n *node) error {
	for p.dec.More() {
		child, err := p.value(n, strconv.Itoa(len(n.elems)))
		if err != nil {
			return err
		}
		n.elems = append(n.elems, child)
	}
	return nil
}

package lock

import (
	"reflect"
	"strings"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax"
)

// parse reads the shape of an entry. Places in it are turned into places in the lock.
func (l *Lock) parse(e *Entry) (*syntax.Document, error) {
	rep := &diag.Report{}
	d := syntax.Parse(source.NewFile(FileName, e.Shape), rep)
	if rep.HasErrors() || d == nil {
		err := l.doesNotResolve(rep).(*Error)
		err.Line, err.Entry = e.line, e.ID()
		return nil, err
	}
	if l.file != nil {
		p := &placer{entry: e, from: d.File, to: l.file, shift: len(e.ID()) + len("| ")}
		p.walk(reflect.ValueOf(d))
		d.File = l.file
	}
	return d, nil
}

// placer moves spans from the text of a shape to the lines of the lock that hold it, each behind a prefix.
type placer struct {
	entry    *Entry
	from, to *source.File
	shift    int
	starts   []int // offsets of the shape's lines in the lock
}

var spanType = reflect.TypeFor[source.Span]()

func (p *placer) walk(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() && v.Type() != reflect.TypeFor[*source.File]() {
			p.walk(v.Elem())
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return
		}
		for i := range v.Len() {
			p.walk(v.Index(i))
		}
	case reflect.Struct:
		if v.Type() == spanType {
			s := v.Interface().(source.Span)
			v.Set(reflect.ValueOf(p.move(s)))
			return
		}
		for i := range v.NumField() {
			p.walk(v.Field(i))
		}
	}
}

func (p *placer) move(s source.Span) source.Span {
	if s.File != p.from {
		return s
	}
	return source.Span{File: p.to, Start: p.offset(s.Start), End: p.offset(s.End)}
}

// offset finds a place of the shape in the lock: so many lines further down, so many bytes further right.
func (p *placer) offset(at int) int {
	if p.starts == nil {
		for i := range strings.Count(string(p.entry.Shape), "\n") + 1 {
			p.starts = append(p.starts, p.to.Offset(p.entry.line+1+i, 1))
		}
	}
	before := string(p.entry.Shape[:min(at, len(p.entry.Shape))])
	line := strings.Count(before, "\n")
	return p.starts[line] + p.shift + len(before) - (strings.LastIndexByte(before, '\n') + 1)
}

package encryption

import (
	"bytes"
	"encoding/json"
)

// maxDepth bounds the nesting of objects that are walked: no decoder takes more.
const maxDepth = 128

// member is one member of an object: its name as it stands there, quotes
// included, and its value.
type member struct{ name, value []byte }

// is reports whether the member is called name.
func (m *member) is(name string) bool {
	inner := m.name[1 : len(m.name)-1]
	if bytes.IndexByte(inner, '\\') < 0 {
		return string(inner) == name
	}
	text, ok := unquoted(m.name)
	return ok && text == name
}

// unquoted returns the text of a JSON string.
func unquoted(raw []byte) (string, bool) {
	if len(raw) < 2 || raw[0] != '"' {
		return "", false
	}
	if inner := raw[1 : len(raw)-1]; bytes.IndexByte(inner, '\\') < 0 {
		return string(inner), true
	}
	var text string
	err := json.Unmarshal(raw, &text)
	return text, err == nil
}

// members appends the members of the object that src is. False: it is none, or
// something stands behind it.
func members(dst []member, src []byte) ([]member, bool) {
	i := blank(src, 1)
	if i < len(src) && src[i] == '}' {
		return dst, blank(src, i+1) == len(src)
	}
	for {
		if i >= len(src) || src[i] != '"' {
			return dst, false
		}
		end := text(src, i)
		colon := blank(src, end)
		if end < 0 || colon >= len(src) || src[colon] != ':' {
			return dst, false
		}
		begin := blank(src, colon+1)
		stop := value(src, begin)
		if stop < 0 {
			return dst, false
		}
		dst = append(dst, member{src[i:end], src[begin:stop]})
		var more bool
		if i, more = next(src, stop, '}'); !more {
			return dst, i == len(src)
		}
	}
}

// elements calls yield with each element of the array that src is, and reports
// whether it is one. It stops at an error.
func elements(src []byte, yield func(i int, element []byte) error) (bool, error) {
	at := blank(src, 1)
	if at < len(src) && src[at] == ']' {
		return true, nil
	}
	for i := 0; ; i++ {
		stop := value(src, at)
		if stop < 0 {
			return false, nil
		}
		if err := yield(i, src[at:stop]); err != nil {
			return true, err
		}
		var more bool
		if at, more = next(src, stop, ']'); !more {
			return at == len(src), nil
		}
	}
}

// next returns where the next entry begins, or, with false, where the composite
// ends: -1 if it does not.
func next(src []byte, i int, end byte) (int, bool) {
	i = blank(src, i)
	switch {
	case i >= len(src):
	case src[i] == ',':
		return blank(src, i+1), true
	case src[i] == end:
		return blank(src, i+1), false
	}
	return -1, false
}

func blank(src []byte, i int) int {
	for i >= 0 && i < len(src) && (src[i] == ' ' || src[i] == '\n' || src[i] == '\t' || src[i] == '\r') {
		i++
	}
	return i
}

// value returns where the value at i ends, or -1. What is in it is left to the
// decoder to judge.
func value(src []byte, i int) int {
	if i >= len(src) {
		return -1
	}
	switch src[i] {
	case '"':
		return text(src, i)
	case '{', '[':
		return composite(src, i)
	}
	start := i
	for i < len(src) && src[i] > ' ' && src[i] != ',' && src[i] != '}' && src[i] != ']' {
		i++
	}
	if i == start {
		return -1
	}
	return i
}

// text returns where the string at i ends, or -1.
func text(src []byte, i int) int {
	for i++; i < len(src); i++ {
		switch src[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return -1
}

// composite returns where the object or array at i ends, or -1. It does not
// recurse, however deep its input is.
func composite(src []byte, i int) int {
	for depth := 0; i < len(src); i++ {
		switch src[i] {
		case '"':
			if i = text(src, i) - 1; i < 0 {
				return -1
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return -1
}

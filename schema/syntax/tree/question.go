package tree

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// yaml.v3 ends a plain scalar of the flow form at any `?`, so that it refuses `{query: string?}`, which YAML 1.2
// allows. This file hides such marks from it behind one private character that the file does not use, and puts
// them back into what it returns. Places do not move, since they count characters.

// hideMarks replaces each `?` that follows a letter, digit or closing bracket. Mask is 0 if there was none.
func hideMarks(text []byte) (hidden []byte, mask rune) {
	for i := 1; i < len(text); i++ {
		if text[i] != '?' || !endsWord(text[i-1]) {
			continue
		}
		if mask = unusedCharacter(text); mask == 0 {
			break
		}
		hidden = append(make([]byte, 0, len(text)+len(text)/8), text[:i]...)
		return hideFrom(hidden, text, i, mask), mask
	}
	return text, 0
}

func hideFrom(hidden, text []byte, from int, mask rune) []byte {
	for i := from; i < len(text); i++ {
		if text[i] == '?' && endsWord(text[i-1]) {
			hidden = utf8.AppendRune(hidden, mask)
		} else {
			hidden = append(hidden, text[i])
		}
	}
	return hidden
}

func endsWord(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '>' || c == ')' || c >= utf8.RuneSelf
}

// The private use area of Unicode.
const firstPrivate, lastPrivate = '\ue000', '\uf8ff'

// unusedCharacter returns a character that the file has neither as it stands nor as an escape, or 0.
func unusedCharacter(text []byte) rune {
	lower := bytes.ToLower(text)
	for c := firstPrivate; c <= lastPrivate; c++ {
		if !bytes.ContainsRune(text, c) && !bytes.Contains(lower, strconv.AppendInt(nil, int64(c), 16)) {
			return c
		}
	}
	return 0
}

// showMarks puts the marks back into all texts of a tree.
func showMarks(y *yaml.Node, mask rune) {
	if mask == 0 {
		return
	}
	hidden := string(mask)
	var show func(y *yaml.Node)
	show = func(y *yaml.Node) {
		for _, text := range []*string{&y.Value, &y.Anchor, &y.Tag} {
			if strings.Contains(*text, hidden) {
				*text = strings.ReplaceAll(*text, hidden, "?")
			}
		}
		for _, c := range y.Content {
			show(c)
		}
	}
	show(y)
}

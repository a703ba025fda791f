package fix

import (
	"bytes"
	"slices"
	"strings"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/source"
)

// Mends reports whether the fix mends a finding of a rule about an element.
func (f Fix) Mends(rule, element string) bool {
	rest, below := strings.CutPrefix(element, f.Element)
	return below && (rest == "" || rest[0] == '.') && slices.Contains(f.Rules, rule)
}

// Edit is the fix as one replacement of whole lines: what the old and the new text begin and end with stays.
func (f Fix) Edit() diag.Edit {
	old, new := f.File.Bytes, f.Bytes
	start := 0
	for start < len(old) && start < len(new) {
		line := firstLine(old[start:])
		if !bytes.Equal(line, firstLine(new[start:])) {
			break
		}
		start += len(line)
	}
	kept := 0
	for start+kept < min(len(old), len(new)) {
		line := lastLine(old[start : len(old)-kept])
		if !bytes.Equal(line, lastLine(new[start:len(new)-kept])) {
			break
		}
		kept += len(line)
	}
	return diag.Edit{Span: source.Span{File: f.File, Start: start, End: len(old) - kept}, Text: string(new[start : len(new)-kept])}
}

// firstLine is a text up to and with its first line break.
func firstLine(text []byte) []byte {
	if i := bytes.IndexByte(text, '\n'); i >= 0 {
		return text[:i+1]
	}
	return text
}

// lastLine is what stands behind the last line break but one that ends the text.
func lastLine(text []byte) []byte {
	return text[bytes.LastIndexByte(bytes.TrimSuffix(text, []byte("\n")), '\n')+1:]
}

package finding

import (
	"bytes"
	"strings"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/source"
)

// Fixes returns the edits that mend a finding of this package: the comment of a suppression that covers nothing can go.
// It returns nil for all others.
func Fixes(d diag.Diagnostic) []diag.Fix {
	if d.Rule != "suppression-unused" || d.Span.IsZero() || d.Span.End > len(d.Span.File.Bytes) || d.Span.File.Bytes[d.Span.Start] != '#' {
		return nil
	}
	return []diag.Fix{{Message: "remove the comment", Edits: []diag.Edit{{Span: withSpace(d.Span)}}}}
}

// withSpace widens the span of a comment by the space before it, and by its line break where it has a line of its own.
func withSpace(s source.Span) source.Span {
	text := s.File.Bytes
	for s.Start > 0 && strings.IndexByte(" \t", text[s.Start-1]) >= 0 {
		s.Start--
	}
	if s.Start > 0 && text[s.Start-1] != '\n' {
		return s
	}
	if i := bytes.IndexByte(text[s.End:], '\n'); i >= 0 {
		s.End += i + 1
	}
	return s
}

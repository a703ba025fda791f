package codec

import (
	"fmt"
	"strconv"
	"strings"
)

// Code is the class of an Error, for programs; the message is for people.
type Code uint8

const (
	CodeSyntax       Code = iota + 1 // not JSON
	CodeTruncated                    // the input ends inside a value
	CodeTrailing                     // something follows the value
	CodeTooDeep                      // nested beyond Limits.MaxDepth
	CodeTooLarge                     // longer than Limits.MaxSize
	CodeUTF8                         // a string is not valid UTF-8, or holds a lone surrogate
	CodeType                         // a JSON value of another kind than the type takes
	CodeNull                         // null where the type takes none
	CodeRange                        // a number beyond the range of its type, or not integral
	CodeForm                         // a string that is not of its type's form: uuid, timestamp, base64...
	CodeMissing                      // a required member is absent
	CodeDuplicate                    // an object names a member twice
	CodeUnknownField                 // an undeclared member of a struct that rejects them
	CodeUnknownTag                   // a branch that the union does not know and cannot keep
	CodeUnencodable                  // a Go value without JSON form: NaN, nil union, invalid date...
	CodeDescriptor                   // the table itself is wrong: a bug of what generated it
)

var codeNames = [...]string{
	CodeSyntax: "syntax", CodeTruncated: "truncated", CodeTrailing: "trailing-data", CodeTooDeep: "too-deep",
	CodeTooLarge: "too-large", CodeUTF8: "invalid-utf8", CodeType: "wrong-type", CodeNull: "null",
	CodeRange: "out-of-range", CodeForm: "bad-form", CodeMissing: "missing-field", CodeDuplicate: "duplicate-key",
	CodeUnknownField: "unknown-field", CodeUnknownTag: "unknown-tag", CodeUnencodable: "unencodable",
	CodeDescriptor: "bad-descriptor",
}

// String returns a stable name such as "missing-field".
func (c Code) String() string {
	if int(c) < len(codeNames) && codeNames[c] != "" {
		return codeNames[c]
	}
	return "code " + strconv.Itoa(int(c))
}

// Op says what failed.
type Op string

const (
	OpDecode Op = "decode"
	OpEncode Op = "encode"
	OpLink   Op = "link"
)

// Error is why a value could not be read or written. Use errors.As.
type Error struct {
	Op      Op
	Type    string // package and type, such as "memory.MemoryCreatedV1"
	Code    Code
	Offset  int64  // byte offset in the input where the fault was seen; -1 on encode
	Path    string // such as "source.origins[3].uri"; empty for the value itself
	Message string // what was wanted; never quotes the input
	// Excerpt is at most 24 bytes of the offending token, for one scalar or member name only.
	// It is empty for fields marked sensitive.
	Excerpt string
}

// Error names operation, type, path, offset, reason and excerpt.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "codec: %s %s", e.Op, e.Type)
	if e.Path != "" {
		b.WriteString(": " + e.Path)
	}
	if e.Offset >= 0 && e.Op == OpDecode {
		fmt.Fprintf(&b, " at byte %d", e.Offset)
	}
	b.WriteString(": " + e.Message)
	if e.Excerpt != "" {
		b.WriteString(", got " + strconv.Quote(e.Excerpt))
	}
	return b.String()
}

// Is reports whether target is an *Error of the same Code, so that errors.Is works with
// &Error{Code: c}.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code && t.Path == "" && t.Message == ""
}

// in puts a path segment before the path. Segments are fields ("name") or entries ("[3]").
func (e *Error) in(segment string) *Error {
	if e.Path == "" || e.Path[0] == '[' {
		e.Path = segment + e.Path
	} else {
		e.Path = segment + "." + e.Path
	}
	return e
}

// inField is in for a member of a struct: below a sensitive one it forgets what the payload said.
func (e *Error) inField(f *field) *Error {
	if f.sensitive {
		e.Path, e.Excerpt = "", ""
	}
	return e.in(fieldSegment(f.name))
}

const maxExcerpt = 24

// excerpt cuts s to what an error may quote.
func excerpt(s []byte) string {
	if len(s) > maxExcerpt {
		return string(s[:maxExcerpt-3]) + "..."
	}
	return string(s)
}

// fieldSegment is the path segment of a member; names that would read as several are quoted.
func fieldSegment(name string) string {
	if name == "" || strings.ContainsAny(name, `.[]"`) {
		return keySegment(name)
	}
	return name
}

// keySegment is the path segment of a map's entry.
func keySegment(key string) string { return "[" + strconv.Quote(excerpt([]byte(key))) + "]" }

// indexSegment is the path segment of a list's element.
func indexSegment(i int) string { return "[" + strconv.Itoa(i) + "]" }

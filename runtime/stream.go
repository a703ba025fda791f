package runtime

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"
)

// Limits of a stream id, in bytes.
const (
	MaxCategoryBytes = 128
	MaxStreamIDBytes = 512
)

// StreamID names one stream: a category (for an aggregate its name) and an id
// within it. Its text form is "<category>-<id>" and never changes, so it may be
// stored and parsed again. StreamIDs are comparable and cost one string header.
// The zero StreamID is invalid; every store refuses it.
//
// A stream id is unique within a store, across tenants: see [Tenant].
type StreamID struct {
	text string
	dash int
}

// StreamVersion counts the events of one stream; the first event has version 1.
// 0 stands for "before the first event".
type StreamVersion int64

// Position orders the events of a whole store. Positions ascend but need not be
// contiguous; 0 stands for "before the first event".
type Position int64

// Incarnation tells one life of a store from another: a restored or recreated
// database has a new one. It is opaque; only equality has a meaning.
type Incarnation string

// Tenant says on whose behalf an event was recorded; the empty tenant is valid.
// A stream belongs to the tenant of its first event: an append to it by another
// tenant is refused with *[TenantError].
type Tenant string

// NewStreamID checks category and id and returns the stream's name.
//
// A category consists of letters, digits and any of "_.:/". An id is printable
// UTF-8. The error is an *[InvalidStreamError].
func NewStreamID(category, id string) (StreamID, error) {
	s := StreamOf(category, id)
	return s, s.Check()
}

// StreamOf names a stream without checking it, so that generated constructors
// need no error. Stores call [StreamID.Check] on every append and load.
func StreamOf(category, id string) StreamID {
	return StreamID{text: category + "-" + id, dash: len(category)}
}

// StreamOfUUID names the stream of an aggregate whose id is a UUID.
func StreamOfUUID(category string, id uuid.UUID) StreamID {
	return StreamOf(category, id.String())
}

// ParseStreamID reads the text form back. The category ends at the first dash.
// The result shares text's memory. The error is an *[InvalidStreamError].
func ParseStreamID(text string) (StreamID, error) {
	dash := strings.IndexByte(text, '-')
	if dash < 0 {
		return StreamID{}, &InvalidStreamError{Text: text, Reason: "has no '-' between category and id"}
	}
	s := StreamID{text: text, dash: dash}
	return s, s.Check()
}

// Category returns what stands before the dash.
func (s StreamID) Category() string { return s.text[:s.dash] }

// ID returns what stands after the dash.
func (s StreamID) ID() string {
	if s.text == "" {
		return ""
	}
	return s.text[s.dash+1:]
}

// String returns the text form. It allocates nothing.
func (s StreamID) String() string { return s.text }

// IsZero reports whether s is the zero StreamID.
func (s StreamID) IsZero() bool { return s.text == "" }

// Check returns an *[InvalidStreamError] unless s is a valid name.
func (s StreamID) Check() error {
	if reason := s.fault(); reason != "" {
		return &InvalidStreamError{Text: s.text, Reason: reason}
	}
	return nil
}

func (s StreamID) fault() string {
	switch category, id := s.Category(), s.ID(); {
	case category == "":
		return "category is empty"
	case len(category) > MaxCategoryBytes:
		return fmt.Sprintf("category is longer than %d bytes", MaxCategoryBytes)
	case strings.IndexFunc(category, notInCategory) >= 0:
		return `category holds a character other than letters, digits and "_.:/"`
	case id == "":
		return "id is empty"
	case len(id) > MaxStreamIDBytes:
		return fmt.Sprintf("id is longer than %d bytes", MaxStreamIDBytes)
	case !utf8.ValidString(id):
		return "id is not valid UTF-8"
	case strings.IndexFunc(id, notPrintable) >= 0:
		return "id holds a character that cannot be printed"
	}
	return ""
}

func notInCategory(r rune) bool {
	return r == utf8.RuneError || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("_.:/", r)
}

func notPrintable(r rune) bool { return !unicode.IsPrint(r) }

// InvalidStreamError says why a text cannot name a stream.
type InvalidStreamError struct {
	Text   string
	Reason string
}

func (e *InvalidStreamError) Error() string {
	return fmt.Sprintf("stream id %q: %s", e.Text, e.Reason)
}

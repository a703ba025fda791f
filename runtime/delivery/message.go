package delivery

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/evgen/evgen/runtime"
)

// Message is an event as brokers carry it. A binding to a broker writes Key,
// Attributes, ContentType and Data where that broker's CloudEvents binding says
// (attribute x becomes the header "ce-x" or "ce_x"), and Mark into the header
// [MarkHeader]; reading, it restores all of them.
type Message struct {
	// Key is the text of the stream id. A broker keeps the order of messages of one key.
	Key string
	// ID is that of the event: brokers that recognise repeated messages go by it.
	ID string
	// Type is the wire type of the event, such as "memory.MemoryCreated".
	Type string
	// Attributes are those of CloudEvents 1.0, extensions included, by their names
	// of lower-case letters and digits. Empty in structured mode, where they are part of Data.
	Attributes Attributes
	// ContentType is that of Data: "application/json", or
	// "application/cloudevents+json" in structured mode.
	ContentType string
	// Data is the body. Read only.
	Data []byte
	// Mark says how far the relay had come with this message. Zero in messages that
	// no relay has written.
	Mark Mark
}

// Attributes are those of a message, each name once, in an order that does not count.
// They are no map: to make and to read one of a dozen took consumers longer than to
// decode the event.
type Attributes []Attribute

// Attribute is one of a message.
type Attribute struct{ Name, Value string }

// Get returns the value of an attribute, empty if there is none.
func (a Attributes) Get(name string) string {
	for i := range a {
		if a[i].Name == name {
			return a[i].Value
		}
	}
	return ""
}

// Set gives an attribute a value.
func (a *Attributes) Set(name, value string) {
	for i := range *a {
		if (*a)[i].Name == name {
			(*a)[i].Value = value
			return
		}
	}
	*a = append(*a, Attribute{name, value})
}

// MarkHeader is the header in which brokers keep a message's [Mark].
const MarkHeader = "evgen-mark"

// Mark says how far a relay has come: all records of its shard up to Position, of
// one life of a store, are in the broker, or wait in the dead letters.
type Mark struct {
	Position    runtime.Position
	Incarnation runtime.Incarnation
}

// String returns the text form, which [ParseMark] reads: "17 <incarnation>". It is
// empty for the zero Mark.
func (m Mark) String() string {
	if m == (Mark{}) {
		return ""
	}
	return strconv.FormatInt(int64(m.Position), 10) + " " + string(m.Incarnation)
}

// ParseMark reads the text form back. An empty text is the zero Mark.
func ParseMark(text string) (Mark, error) {
	if text == "" {
		return Mark{}, nil
	}
	position, incarnation, _ := strings.Cut(text, " ")
	n, err := strconv.ParseInt(position, 10, 64)
	if err != nil {
		return Mark{}, fmt.Errorf("mark %q: %w", text, err)
	}
	return Mark{runtime.Position(n), runtime.Incarnation(incarnation)}, nil
}

// Format makes messages of records, and records of messages: [Binary], and what
// runtime/cloudevents has. What comes back is what went in: every field of the
// record but Ordinal, which no stored record has, and every byte of its payload.
type Format interface {
	// Encode fills all of the message but its Mark. Its Data may share memory with rec.
	Encode(rec *runtime.Record) (Message, error)
	// Decode returns a *[MessageError] for what is no message of this format.
	Decode(m *Message) (runtime.Record, error)
}

// MessageError says that a message is not what the format expects. The text does
// not repeat the body.
type MessageError struct {
	// Attribute is what is missing or wrong; empty: the whole.
	Attribute string
	Err       error
}

func (e *MessageError) Error() string {
	if e.Attribute == "" {
		return fmt.Sprintf("message cannot be read: %v", e.Err)
	}
	return fmt.Sprintf("message cannot be read: attribute %s: %v", e.Attribute, e.Err)
}

func (e *MessageError) Unwrap() error { return e.Err }

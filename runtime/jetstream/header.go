package jetstream

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/nats-io/nats.go"
	natsjs "github.com/nats-io/nats.go/jetstream"

	"github.com/evgen/evgen/runtime/delivery"
)

// Headers of the CloudEvents binding for NATS.
const (
	attributePrefix   = "ce-"
	contentTypeHeader = "content-type"
	keyHeader         = "evgen-key"
)

// headers returns those of a message. Attributes are percent-encoded where headers
// cannot hold them.
func headers(m *delivery.Message) nats.Header {
	h := make(nats.Header, len(m.Attributes)+6)
	for _, a := range m.Attributes {
		h[attributePrefix+a.Name] = []string{escape(a.Value, notInHeader)}
	}
	h[natsjs.MsgIDHeader] = []string{m.ID}
	if m.Key != m.Attributes.Get(delivery.AttrSubject) { // each header is a string, a slice and an entry of a map for whoever reads it
		h[keyHeader] = []string{escape(m.Key, notInHeader)}
	}
	h[contentTypeHeader] = []string{m.ContentType}
	h[delivery.MarkHeader] = []string{m.Mark.String()}
	return h
}

// read restores what headers and a body say into m, whose attributes are overwritten.
func read(m *delivery.Message, h nats.Header, data []byte) error {
	*m = delivery.Message{
		ID: h.Get(natsjs.MsgIDHeader), ContentType: h.Get(contentTypeHeader),
		Attributes: slices.Grow(m.Attributes[:0], len(h)), Data: data,
	}
	for name, values := range h {
		attribute, ok := strings.CutPrefix(name, attributePrefix)
		if !ok || len(values) == 0 {
			continue
		}
		value, err := unescape(values[0])
		if err != nil {
			return fmt.Errorf("header %s: %w", name, err)
		}
		m.Attributes = append(m.Attributes, delivery.Attribute{Name: attribute, Value: value})
	}
	m.Type = m.Attributes.Get(delivery.AttrType)
	return readOwn(m, h)
}

// readOwn restores what no attribute says.
func readOwn(m *delivery.Message, h nats.Header) (err error) {
	if m.Key, err = unescape(h.Get(keyHeader)); err != nil {
		return fmt.Errorf("header %s: %w", keyHeader, err)
	}
	if m.Key == "" {
		m.Key = m.Attributes.Get(delivery.AttrSubject)
	}
	m.Mark, err = delivery.ParseMark(h.Get(delivery.MarkHeader))
	return err
}

func notInHeader(c byte) bool { return c <= ' ' || c == '"' || c == '%' || c > '~' }

// notInSubject says what a token of a subject cannot hold, or would mean something.
func notInSubject(c byte) bool {
	return c <= ' ' || c == '.' || c == '*' || c == '>' || c == '%' || c == 0x7f
}

// unescape is the opposite of escape. Next to nothing is escaped.
func unescape(s string) (string, error) {
	if strings.IndexByte(s, '%') < 0 {
		return s, nil
	}
	return url.PathUnescape(s)
}

const hex = "0123456789ABCDEF"

// escape replaces bytes by their percent-encoding.
func escape(s string, wanted func(byte) bool) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if c := s[i]; wanted(c) {
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// Subject returns "<package>.<Event>.<stream id>", where dots of the stream id, and
// whatever else a subject cannot hold, are percent-encoded. "memory.*.Memory-17" are
// the events of one stream, "memory.>" those of a package.
func Subject(m *delivery.Message) string { return m.Type + "." + escape(m.Key, notInSubject) }

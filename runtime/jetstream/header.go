package jetstream

import (
	"fmt"
	"net/url"
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
	h := make(nats.Header, len(m.Attributes)+5)
	for name, value := range m.Attributes {
		h[attributePrefix+name] = []string{escape(value, notInHeader)}
	}
	h[natsjs.MsgIDHeader] = []string{m.ID}
	h[keyHeader] = []string{escape(m.Key, notInHeader)}
	h[contentTypeHeader] = []string{m.ContentType}
	h[delivery.MarkHeader] = []string{m.Mark.String()}
	return h
}

// message restores what headers and a body say.
func message(h nats.Header, data []byte) (delivery.Message, error) {
	m := delivery.Message{
		ID: h.Get(natsjs.MsgIDHeader), ContentType: h.Get(contentTypeHeader),
		Attributes: make(map[string]string, len(h)), Data: data,
	}
	for name := range h {
		attribute, ok := strings.CutPrefix(name, attributePrefix)
		if !ok {
			continue
		}
		value, err := url.PathUnescape(h.Get(name))
		if err != nil {
			return m, fmt.Errorf("header %s: %w", name, err)
		}
		m.Attributes[attribute] = value
	}
	m.Type = m.Attributes[delivery.AttrType]
	var err error
	if m.Key, err = url.PathUnescape(h.Get(keyHeader)); err != nil {
		return m, fmt.Errorf("header %s: %w", keyHeader, err)
	}
	m.Mark, err = delivery.ParseMark(h.Get(delivery.MarkHeader))
	return m, err
}

func notInHeader(c byte) bool { return c <= ' ' || c == '"' || c == '%' || c > '~' }

// notInSubject says what a token of a subject cannot hold, or would mean something.
func notInSubject(c byte) bool {
	return c <= ' ' || c == '.' || c == '*' || c == '>' || c == '%' || c == 0x7f
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

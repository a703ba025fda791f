package kafka

import (
	"strings"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/evgen/evgen/runtime/delivery"
)

// Headers of the CloudEvents binding for Kafka.
const (
	attributePrefix   = "ce_"
	contentTypeHeader = "content-type"
)

// record returns a message as Kafka carries it. Its timestamp is when it is sent,
// since brokers that drop old records go by it.
func record(m *delivery.Message) *kgo.Record {
	headers := make([]kgo.RecordHeader, 0, len(m.Attributes)+2)
	for _, a := range m.Attributes {
		headers = append(headers, kgo.RecordHeader{Key: attributePrefix + a.Name, Value: []byte(a.Value)})
	}
	headers = append(headers, kgo.RecordHeader{Key: contentTypeHeader, Value: []byte(m.ContentType)})
	if mark := m.Mark.String(); mark != "" {
		headers = append(headers, kgo.RecordHeader{Key: delivery.MarkHeader, Value: []byte(mark)})
	}
	return &kgo.Record{Key: []byte(m.Key), Value: m.Data, Headers: headers}
}

// message restores what a record says. A mark that cannot be read is none: nobody
// who reads events needs it.
func message(r *kgo.Record) delivery.Message {
	m := delivery.Message{Key: string(r.Key), Data: r.Value, Attributes: make(delivery.Attributes, 0, len(r.Headers))}
	for _, h := range r.Headers {
		if name, ok := strings.CutPrefix(h.Key, attributePrefix); ok {
			m.Attributes = append(m.Attributes, delivery.Attribute{Name: name, Value: string(h.Value)})
			continue
		}
		switch h.Key {
		case contentTypeHeader:
			m.ContentType = string(h.Value)
		case delivery.MarkHeader:
			m.Mark, _ = delivery.ParseMark(string(h.Value))
		}
	}
	m.ID, m.Type = m.Attributes.Get(delivery.AttrID), m.Attributes.Get(delivery.AttrType)
	return m
}

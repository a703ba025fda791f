// Package cloudevents writes messages as CloudEvents 1.0 in structured mode, by the
// model of the official SDK, and hands records out as that model's events, for
// programs that are built on it. Binary mode needs no SDK: see delivery.Binary.
//
// It talks to no broker and keeps no state.
package cloudevents

import (
	"fmt"
	"slices"

	"github.com/cloudevents/sdk-go/v2/event"
	"github.com/cloudevents/sdk-go/v2/types"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/delivery"
)

// StructuredType is the content type of structured messages.
const StructuredType = event.ApplicationCloudEventsJSON

// Structured is CloudEvents 1.0 in structured mode: the body is a JSON object that
// holds attributes and payload.
type Structured struct {
	// Source names the store; see [delivery.Binary].
	Source string
}

var _ delivery.Format = Structured{}

// Encode implements [delivery.Format].
func (s Structured) Encode(rec *runtime.Record) (delivery.Message, error) {
	m, err := delivery.Binary(s).Encode(rec)
	if err != nil {
		return m, err
	}
	e, err := Event(&m)
	if err != nil {
		return m, err
	}
	if m.Data, err = e.MarshalJSON(); err != nil {
		return m, fmt.Errorf("encode CloudEvent %s: %w", m.ID, err)
	}
	m.Attributes, m.ContentType = nil, StructuredType
	return m, nil
}

// Decode implements [delivery.Format].
func (s Structured) Decode(m *delivery.Message) (runtime.Record, error) {
	var e event.Event
	if err := e.UnmarshalJSON(m.Data); err != nil {
		return runtime.Record{}, &delivery.MessageError{Err: err}
	}
	binary, err := Message(&e)
	if err != nil {
		return runtime.Record{}, err
	}
	return delivery.Binary(s).Decode(&binary)
}

// Event returns a message of binary mode as an event of the SDK, which is valid by
// its own judgement.
func Event(m *delivery.Message) (event.Event, error) {
	e := event.New(m.Attributes.Get(delivery.AttrSpecVersion))
	e.SetID(m.Attributes.Get(delivery.AttrID))
	e.SetType(m.Attributes.Get(delivery.AttrType))
	e.SetSource(m.Attributes.Get(delivery.AttrSource))
	e.SetSubject(m.Attributes.Get(delivery.AttrSubject))
	at, err := types.ParseTime(m.Attributes.Get(delivery.AttrTime))
	if err != nil {
		return e, &delivery.MessageError{Attribute: delivery.AttrTime, Err: err}
	}
	e.SetTime(at)
	e.SetDataContentType(m.ContentType)
	for _, a := range m.Attributes {
		if !slices.Contains(contextAttributes(), a.Name) {
			e.SetExtension(a.Name, a.Value)
		}
	}
	e.DataEncoded = m.Data
	if err := e.Validate(); err != nil {
		return e, &delivery.MessageError{Err: err}
	}
	return e, nil
}

// contextAttributes are those that an event of the SDK has fields for.
func contextAttributes() []string {
	return []string{
		delivery.AttrSpecVersion, delivery.AttrID, delivery.AttrType,
		delivery.AttrSource, delivery.AttrSubject, delivery.AttrTime,
	}
}

// Message returns an event of the SDK as a message of binary mode.
func Message(e *event.Event) (delivery.Message, error) {
	attributes := delivery.Attributes{
		{Name: delivery.AttrSpecVersion, Value: e.SpecVersion()},
		{Name: delivery.AttrID, Value: e.ID()},
		{Name: delivery.AttrType, Value: e.Type()},
		{Name: delivery.AttrSource, Value: e.Source()},
		{Name: delivery.AttrSubject, Value: e.Subject()},
		{Name: delivery.AttrTime, Value: types.FormatTime(e.Time())},
	}
	for name, value := range e.Extensions() {
		text, err := types.Format(value)
		if err != nil {
			return delivery.Message{}, &delivery.MessageError{Attribute: name, Err: err}
		}
		attributes = append(attributes, delivery.Attribute{Name: name, Value: text})
	}
	return delivery.Message{
		Key: e.Subject(), ID: e.ID(), Type: e.Type(),
		Attributes: attributes, ContentType: e.DataContentType(), Data: e.Data(),
	}, nil
}

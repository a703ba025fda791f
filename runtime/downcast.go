package runtime

import "fmt"

// Downcast takes an event of this package back to an older version of the same
// event, step by step, so that a producer can still serve a consumer that is
// behind during a rolling deploy. What the older version has no place for is left
// out. The error is a *[NoDowncastError] or an *[UnexpectedEventError].
func (s *Schema) Downcast(event Event, version int) (Event, error) {
	schema := s.Event(event.EventType())
	if schema == nil {
		return nil, &UnexpectedEventError{Event: event}
	}
	for event.EventVersion() != version {
		v := schema.Version(event.EventVersion())
		if v == nil || v.Downcast == nil || v.Number < version {
			return nil, &NoDowncastError{Type: event.EventType(), From: event.EventVersion(), To: version}
		}
		event = v.Downcast(event)
	}
	return event, nil
}

// NoDowncastError says that a version cannot be taken back to an older one: a
// rule between them cannot be inverted, or it is no older one.
type NoDowncastError struct {
	Type     string
	From, To int
}

func (e *NoDowncastError) Error() string {
	return fmt.Sprintf("%s has no downcast from version %d towards version %d", e.Type, e.From, e.To)
}

package runtime

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
)

// Errors of sealed fields. Test for them with errors.Is.
var (
	// ErrNoSealer refuses to append an event that has sealed fields through a
	// store that was opened without a [Sealer].
	ErrNoSealer = errors.New("event has fields to be sealed, and the store has no sealer")
	// ErrNoOpener says that a payload is sealed and its decoder cannot open it:
	// see [Registry.Opening].
	ErrNoOpener = errors.New("payload is sealed, and the decoder has no opener")
	// ErrKeysUnavailable says that keys could not be had for a reason that passes.
	// The record is not at fault: whoever reads it waits and tries again.
	ErrKeysUnavailable = errors.New("keys are not available now")
	// ErrErased says that a subject was erased: what is sealed for it stays unreadable,
	// and nothing more can be sealed for it.
	ErrErased = errors.New("subject is erased")
)

// Sealable is an [Event] some of whose fields are sealed before it is stored.
// Generated code implements it where the schema names a subject.
type Sealable interface {
	Event
	Seals() *Seals
}

// Sealer encrypts sensitive fields on their way into a store.
type Sealer interface {
	// Seal appends to dst the payload of rec, which is plain, with its sealed
	// fields encrypted. rec has its final ID, Type, Version, Stream and Tenant;
	// equal records give equal bytes. It may block to fetch or make keys.
	Seal(ctx context.Context, dst []byte, rec *Record, s *Seals) ([]byte, error)
}

// Opener decrypts sealed fields on their way to a decoder. It may be called
// concurrently.
type Opener interface {
	// Open appends to dst the payload of rec with its sealed fields opened, and
	// those of erased subjects replaced as s says. Fields that are plain stay so.
	// It returns nil for the outcome if the payload holds nothing sealed. An error
	// that matches [ErrKeysUnavailable] passes; others do not.
	Open(dst []byte, rec *Record, s *Seals) ([]byte, *Sealing, error)
}

// Sealing is what became of the sealed fields of an event when it was decoded.
type Sealing struct {
	// Keys are those with which fields were opened, each once.
	Keys []uuid.UUID
	// Erased are the fields that nobody can read any more: they decode as the zero
	// value of their type, or as absent if they are optional.
	Erased []ErasedField
	// Withheld are the paths of fields that this reader may not open. They
	// decode as erased ones do.
	Withheld []string
}

// ErasedField is a field whose subject was erased.
type ErasedField struct {
	// Path is made of wire names: "contacts[].email".
	Path    string
	Subject string
}

// Erased reports whether fields of the event are missing, since their subject was
// erased or the reader has no access. Meta.Sealing says which.
func (m *Meta) Erased() bool {
	return m.Sealing != nil && len(m.Sealing.Erased)+len(m.Sealing.Withheld) > 0
}

// Seals says where the sealed fields of one version of an event are. Generated
// code declares it; nothing changes it.
type Seals struct {
	// Shapes are the objects on the way to sealed fields, of which Root is that of
	// the payload. They refer to each other by index, since types may be recursive.
	Shapes []SealShape
	Root   int
}

// SealShape is an object with sealed fields in it or below it.
type SealShape struct {
	Fields []SealField
	// Tag and Branches make it a union: the member Tag names the branch, whose
	// shape has the fields.
	Tag      string
	Branches []SealBranch
}

// SealBranch is one form of a union.
type SealBranch struct {
	Tag   string
	Shape int
}

// SealField is a member that is sealed, or that holds sealed members, or both.
type SealField struct {
	// Name is the member's name on the wire.
	Name string
	// Subject is where, from the object that holds the field, the subject is
	// named, as a path of wire names. With OfStream it is the id of the stream.
	// Without either the field itself is not sealed.
	Subject  []string
	OfStream bool
	// Erased is the JSON that stands for what is erased; empty: the member is left out.
	Erased string
	// Around are the composites from the field's value inwards to objects of
	// shape Inner: '[' a list, '{' a map, '?' one or many.
	Around string
	// Inner is the index of a shape, plus 1; 0 for none.
	Inner int
}

// Sealed reports whether the field itself is sealed.
func (f *SealField) Sealed() bool { return f.OfStream || len(f.Subject) > 0 }

// SealedMember is the name of the only member of the object that stands in a
// payload in the place of a sealed value.
const SealedMember = "$sealed"

var sealedMark = []byte(`"` + SealedMember + `"`)

// opened returns the payload of rec as its decoder takes it, and notes in rec
// what became of sealed fields.
func (s *Seals) opened(dst []byte, rec *Record, o Opener) ([]byte, error) {
	rec.Sealing = nil
	if !bytes.Contains(rec.Data, sealedMark) {
		return rec.Data, nil
	}
	if o == nil {
		return nil, ErrNoOpener
	}
	data, sealing, err := o.Open(dst, rec, s)
	rec.Sealing = sealing
	return data, err
}

// seal replaces the payload of r, which is plain, by the sealed one. Both stand in block.
func (r *Record) seal(ctx context.Context, block []byte, sealer Sealer, s *Seals) ([]byte, error) {
	if sealer == nil {
		return block, ErrNoSealer
	}
	start := len(block)
	block, err := sealer.Seal(ctx, block, r, s)
	if err != nil {
		return block, err
	}
	r.Data = block[start:len(block):len(block)]
	return block, nil
}

// unsealed says that event number i could not be sealed: for its own sake, unless
// that passes.
func unsealed(i int, eventType string, err error) error {
	if errors.Is(err, ErrKeysUnavailable) {
		return fmt.Errorf("event %d (%s): %w", i, eventType, err)
	}
	return &InvalidEventError{Index: i, Type: eventType, Err: err}
}

package encryption

import (
	"errors"
	"fmt"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
)

// Errors of sealed fields. Test for them with errors.Is.
var (
	// ErrErased is [runtime.ErrErased]. Nothing can be sealed for the subject any
	// more, unless it is given a new key by [Renew].
	ErrErased = runtime.ErrErased
	// ErrNoSubject says that a field is to be sealed and the event does not say
	// whose it is.
	ErrNoSubject = errors.New("the event names no subject for it")
	// ErrBadSubject says that a subject cannot be kept beside a key: it is longer than
	// [MaxSubject], holds a zero byte or is no UTF-8. It does not pass.
	ErrBadSubject = errors.New("subject is too long, or no text that can be kept beside a key")
	// ErrTampered says that sealed bytes are not what was once sealed at this
	// place of this event.
	ErrTampered = errors.New("sealed bytes are not authentic")
	// ErrUnknownKey says that there is no key, and no trace of one, under the id
	// that sealed bytes name: another store of keys, or one that lost some.
	ErrUnknownKey = errors.New("key is unknown")
	// ErrMalformed says that a payload is no JSON, or is nested too deeply.
	ErrMalformed = errors.New("payload cannot be read")
	// ErrUnknownMaster says that a key is wrapped by a master key that is not at hand.
	ErrUnknownMaster = errors.New("master key is not at hand")
	// ErrActive refuses a new key for a subject that has one.
	ErrActive = errors.New("subject has a key and is not erased")
	// ErrPending refuses a new key for a subject whose erasure is not finished.
	ErrPending = errors.New("the erasure of the subject is not finished")
	// ErrNoHooks says that an [Eraser] without hooks would finish what others began.
	ErrNoHooks = errors.New("erasures are pending and there are no hooks that would finish them")
)

// SealError says which field of which event could not be sealed or opened. Its
// text holds neither the value nor the subject.
type SealError struct {
	// Op is "seal" or "open".
	Op      string
	Event   uuid.UUID
	Type    string
	Version int
	// Path is made of wire names: "contacts[].email". Empty: the payload as a whole.
	Path string
	Err  error
}

func (e *SealError) Error() string {
	path := e.Path
	if path == "" {
		path = "the payload"
	}
	return fmt.Sprintf("%s %s of %s version %d: %v", e.Op, path, e.Type, e.Version, e.Err)
}

func (e *SealError) Unwrap() error { return e.Err }

// unavailable marks an error of a key store or wrapper as one that passes.
func unavailable(action string, err error) error {
	return fmt.Errorf("%w: %s: %w", runtime.ErrKeysUnavailable, action, err)
}

package mind

import (
	"errors"
	"fmt"

	"github.com/google/uuid"
)

// Errors that say all there is to say. Test for them with errors.Is.
var (
	// ErrUnknown says that no memory has the id, or none begins with it.
	ErrUnknown = errors.New("there is no such memory")
	// ErrExists refuses to capture a memory twice under one id.
	ErrExists = errors.New("memory exists already")
	// ErrTooFew refuses to consolidate fewer than two different memories.
	ErrTooFew = errors.New("consolidating takes two different memories or more")
)

// GoneError refuses to change a memory that was forgotten or absorbed.
type GoneError struct {
	Status Status
	// Into is the memory that stands for it now, if it was absorbed.
	Into uuid.UUID
	// Reason is why it was forgotten.
	Reason string
}

func (e *GoneError) Error() string {
	if e.Status == Absorbed {
		return fmt.Sprintf("memory was absorbed by %s", e.Into)
	}
	return fmt.Sprintf("memory is forgotten (%s)", e.Reason)
}

// AmbiguousError says that several memories have ids that begin alike.
type AmbiguousError struct {
	Prefix string
	IDs    []uuid.UUID
}

func (e *AmbiguousError) Error() string {
	text := fmt.Sprintf("%d memories begin with %q:", len(e.IDs), e.Prefix)
	for _, id := range e.IDs {
		text += " " + id.String()
	}
	return text
}

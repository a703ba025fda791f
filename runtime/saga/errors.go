package saga

import (
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"
)

// Errors that say all there is to say.
var (
	// ErrFenced says that a saga was claimed by another worker, or changed by an
	// operator: what was done under the old claim is not committed.
	ErrFenced = errors.New("the saga belongs to another claim by now")
	// ErrCancelled says that an operator wants a saga compensated. It is the cause
	// with which the context of a step under way ends.
	ErrCancelled = errors.New("the saga is to be compensated")
	// ErrShutdown is the cause with which the context of a step ends when its worker
	// has to stop. The attempt does not count.
	ErrShutdown = errors.New("the worker stops")
	// ErrLost is why an attempt has failed whose claim ran out before anything of it was
	// committed. It counts as any other failure: the step may be what the process died of.
	ErrLost = errors.New("the process that ran it died or lost its lease")
	// ErrUnknown says that there is no such saga.
	ErrUnknown = errors.New("no such saga")
	// ErrBusy says that a worker is at a step of the saga.
	ErrBusy = errors.New("a worker is at it")
	// ErrOver says that a saga has come to an end that nothing changes.
	ErrOver = errors.New("the saga is over")
	// ErrStateErased says that the state of a saga is gone: it held data of somebody
	// who was erased.
	ErrStateErased = errors.New("the state held data of a person who is erased, and is gone with it")
)

// TimeoutError says that a step, or the saga, has run out of time.
type TimeoutError struct {
	// Step is empty if it was the saga.
	Step string
	// Awaited are the wire types of the events of which none has come, if the step waited.
	Awaited []string
}

func (e *TimeoutError) Error() string {
	switch {
	case e.Step == "":
		return "the saga has run out of time"
	case len(e.Awaited) > 0:
		return fmt.Sprintf("step %s has run out of time while it waited for %s", e.Step, strings.Join(e.Awaited, " or "))
	}
	return fmt.Sprintf("step %s has run out of time", e.Step)
}

// RefusedError says that an event made a step fail that awaited one.
type RefusedError struct {
	Step  string
	Event uuid.UUID
	// Types are the wire types by which the step may be refused: the event is of one of them.
	Types []string
}

func (e *RefusedError) Error() string {
	return fmt.Sprintf("step %s was refused by %s (event %s)", e.Step, strings.Join(e.Types, " or "), e.Event)
}

// PanicError says that a step panicked. It counts as any other failure.
type PanicError struct {
	Value any
	Stack []byte
}

func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v", e.Value) }

// VersionError says that another release of evgen has made the tables, or nobody
// where Found is 0.
type VersionError struct {
	Found, Known int
}

func (e *VersionError) Error() string {
	switch {
	case e.Found == 0:
		return "there are no tables of sagas: call Setup"
	case e.Found < e.Known:
		return fmt.Sprintf("the tables of sagas are of version %d, this build needs %d: call Setup", e.Found, e.Known)
	}
	return fmt.Sprintf("the tables of sagas are of version %d, this build knows versions up to %d: update the program", e.Found, e.Known)
}

// DefinitionError says that sagas are under way whose steps are not the first
// ones of the definition: steps may be appended, not removed, renamed or reordered.
type DefinitionError struct {
	Saga string
	// Open is how many sagas are under way with these Steps.
	Open  int
	Steps []string
	// Now are the steps of the definition.
	Now []string
}

func (e *DefinitionError) Error() string {
	return fmt.Sprintf("%d sagas %s are under way with the steps %s, which the steps %s do not begin with: "+
		"keep those and append, or let the old program finish them (evgen sagas list --saga %s), or have them compensated by it (evgen sagas cancel); "+
		"if there is none, end them as they are (evgen sagas cancel --abandon)",
		e.Open, e.Saga, strings.Join(e.Steps, ", "), strings.Join(e.Now, ", "), e.Saga)
}

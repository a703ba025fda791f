package saga

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
)

// Ref names a saga under way, or one that is over.
type Ref struct {
	Saga   string
	Tenant runtime.Tenant
	// ID is the correlation key.
	ID string
}

// String returns "onboarding 4711".
func (r Ref) String() string { return r.Saga + " " + r.ID }

// State says where a saga is.
type State string

// The states of a saga. The last three are ends.
const (
	Running            State = "running"             // a step is next, or under way
	Waiting            State = "waiting"             // for an event
	Compensating       State = "compensating"        // what was done is being undone
	Completed          State = "completed"           // all steps are done
	Compensated        State = "compensated"         // all that was done is undone
	CompensationFailed State = "compensation_failed" // something could not be undone
)

// States lists all of them, in their order.
func States() []State {
	return []State{Running, Waiting, Compensating, Completed, Compensated, CompensationFailed}
}

// Open reports whether a saga in this state has something left to do by itself.
func (s State) Open() bool { return s == Running || s == Waiting || s == Compensating }

// Kind says in which direction a step is taken.
type Kind string

// The kinds of an entry.
const (
	Forward    Kind = "forward"
	Compensate Kind = "compensate"
)

// Outcome says what became of an attempt.
type Outcome string

// The outcomes of an entry.
const (
	Done      Outcome = "done"
	Received  Outcome = "received"  // the event that it awaited has come
	Failed    Outcome = "failed"    // will be tried again
	GaveUp    Outcome = "gave_up"   // has failed for good
	Refused   Outcome = "refused"   // an event said that it has failed
	Expired   Outcome = "expired"   // the saga, or the wait for an event, has run out of time
	Cancelled Outcome = "cancelled" // an operator wanted it compensated
	Redriven  Outcome = "redriven"  // an operator wanted it tried again
	Abandoned Outcome = "abandoned" // an operator has ended the saga, and nothing was undone
)

// Instance is a saga as the database has it.
type Instance struct {
	Ref
	Digest string
	State  State
	// Step is what is next: of the steps while the saga runs or waits, of the
	// compensations when they are under way; empty at the end.
	Step string
	// Attempts counts those of Step that have failed; Lost, those among them of which
	// the process died, or lost its lease: [ErrLost].
	Attempts, Lost int
	// Version is raised by each claim and each transition.
	Version int64
	// Owner is who works on it; empty: nobody.
	Owner string
	// Undo are the steps that wait for their compensation, the next one first;
	// Stuck are those whose compensation has failed for good.
	Undo, Stuck []string
	// Data is the saga's own state, empty if it has none. Where sealed fields went into
	// the saga it is sealed.
	Data json.RawMessage
	// Failure is why the saga is not, or was not, completed.
	Failure string
	// Cancel is why an operator wants it compensated; empty if nobody does.
	Cancel string
	Start  Start
	// DueAt is when the next thing happens, or, with an Owner, when the claim runs out.
	DueAt time.Time
	// Deadline is the zero time if there is none.
	Deadline             time.Time
	StartedAt, UpdatedAt time.Time
}

// Start says which event began a saga.
type Start struct {
	Event       uuid.UUID
	Ordinal     int
	Correlation uuid.UUID
}

// Entry is a line of the step ledger: one attempt, or what an operator did. Entries
// are added and never changed.
type Entry struct {
	// Version is that under which it was committed: it orders the entries of a saga.
	Version int64
	Step    string
	Kind    Kind
	// Attempt counts from 1; 0 where nothing was attempted.
	Attempt int
	Outcome Outcome
	Failure string
	// Owner is who did it.
	Owner              string
	StartedAt, EndedAt time.Time
}

// text is what is kept of an error: what every database takes, and not too much.
func text(err error) string {
	if err == nil {
		return ""
	}
	s := err.Error()
	s = strings.ReplaceAll(s[:min(len(s), maxText)], "\x00", "\\0")
	return strings.ToValidUTF8(s, "\uFFFD")
}

// maxText is in bytes.
const maxText = 1000

func (s *Instance) String() string { return fmt.Sprintf("%s (%s)", s.Ref, s.State) }

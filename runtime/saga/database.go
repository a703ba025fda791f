package saga

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
)

// AppendIn appends to a store in tx, in order, and returns the outcomes. If one of
// the appends is refused it returns the outcomes of those in front of it and a
// *[runtime.AppendingError]. After any other error tx is rolled back.
//
// The package of a store has one for its transactions: postgres.AppendIn,
// sqlite.AppendIn.
type AppendIn[T any] func(ctx context.Context, tx T, appends []runtime.Appending) ([]runtime.Appended, error)

// Database keeps sagas. T is its type of transaction, the same as that of the
// [projection.Database] in which the events that begin sagas are counted.
type Database[T any] interface {
	Control
	Queue
	Writer[T]
	// Transient reports whether err may pass if the same is tried again.
	Transient(err error) bool
}

// Control is what operators need.
type Control interface {
	// Names lists the sagas that workers have run, in order; none where no worker has run yet.
	Names(ctx context.Context) ([]string, error)
	// Backlog counts the sagas that are open, or in [CompensationFailed], by their names
	// and states; none where no worker has run yet. It reads no others.
	Backlog(ctx context.Context) ([]Backlog, error)
	// List returns sagas, those that began last first; none where no worker has run yet.
	List(ctx context.Context, q Query) ([]Instance, error)
	// Entries returns the step ledger of a saga, oldest first.
	Entries(ctx context.Context, r Ref) ([]Entry, error)
	// Retry makes what has to be tried again due at once, with all its attempts:
	// the present step, or, where some compensations failed for good, those. What
	// is done stays done. It returns [ErrUnknown], [ErrBusy] while a worker has the
	// saga, or [ErrOver] if there is nothing to try.
	Retry(ctx context.Context, r Ref) error
	// Cancel has a saga compensated: at once, or, if a worker is at a step of it,
	// when that step is over. No reason stands for [NoReason]. It returns
	// [ErrUnknown], or [ErrOver] if the saga does not run.
	Cancel(ctx context.Context, r Ref, reason string) error
	// Abandon ends a saga that is open as it is: in [CompensationFailed], with what it has
	// done in Stuck, or in [Compensated] if that is nothing. The ledger says [Abandoned]. It
	// is for sagas that no program can go on with. It returns [ErrUnknown], [ErrBusy] while a
	// worker has the saga, or [ErrOver]. No reason stands for [NoReason].
	Abandon(ctx context.Context, r Ref, reason string) error
	// Over returns up to limit sagas that are over and that p selects, in the order of
	// their names, tenants and ids, behind one: the zero Ref is in front of all.
	Over(ctx context.Context, p Pruning, behind Ref, limit int) ([]Instance, error)
	// Forget deletes sagas with their entries and letters in one transaction, but for
	// those that have changed since they were read. It returns how many.
	Forget(ctx context.Context, sagas []Instance) (int, error)
}

// Backlog is what stands of the sagas of a name in one state.
type Backlog struct {
	Saga  string
	State State
	Sagas int
	// Late is for how long that one has been due which is due longest; 0 if none is.
	Late time.Duration
}

// NoReason is noted for a saga that was cancelled without one.
const NoReason = "cancelled"

// Query selects sagas; empty fields select all.
type Query struct {
	Saga   string
	ID     string
	Tenant *runtime.Tenant
	States []State
	Limit  int
}

// Queue hands out sagas that are due. Its times are the database's.
type Queue interface {
	// Setup creates the tables, or brings those of an older release up to date:
	// *[VersionError] for those of a newer one.
	Setup(ctx context.Context) error
	// Register makes d the definition of a saga that was registered last, if admit lets
	// it, whose error is returned as it is. Admit is given all others that ever were, with
	// how many sagas are under way in each; while it is asked no transaction that has read
	// [Writer].Definitions begins any.
	Register(ctx context.Context, saga string, d Registered, admit func(others []Registered) error) error
	// Next says how long it is until a saga of the known digests is due; negative
	// if one is, and [Never] if none is open.
	Next(ctx context.Context, saga string, known []string) (time.Duration, error)
	// Claim takes up to limit sagas that are due, those that are due longest first,
	// for c.Lease from now on.
	Claim(ctx context.Context, c Claims) ([]Claim, error)
	// Extend prolongs claims, and returns those which it found, as it found them: one
	// that is not among them is lost, and one with a Cancel is to be compensated.
	Extend(ctx context.Context, claims []Claim, lease time.Duration) ([]Claim, error)
	// Release gives a claim back as it was found: the saga is due at once, and its owner
	// is Former. A claim that is lost is none of its concern.
	Release(ctx context.Context, c *Claim) error
}

// Never is further away than any saga is due.
const Never = time.Duration(1<<63 - 1)

// Registered is a definition that sagas began with, or were worked on last.
type Registered struct {
	Digest string
	Steps  []string
	// Open is how many sagas are under way, where that is asked for.
	Open int
}

// Claims asks for sagas.
type Claims struct {
	Saga string
	// Known are the digests of sagas that may be claimed; Digest is that which
	// they are given.
	Known  []string
	Digest string
	Owner  string
	Limit  int
	Lease  time.Duration
}

// Claim is the right to commit the next transition of a saga, as long as its
// Version is the saga's. Its State is the saga as it was claimed.
type Claim struct {
	Instance
	// Former is who had a claim that ran out, and was not given back, before this one;
	// empty if nobody had.
	Former string
	// Left is the time to the deadline, and WaitLeft that to the end of the wait for
	// an event, both as of the claim; [Never] if there is none.
	Left, WaitLeft time.Duration
	// Mail counts the events that came for the saga, as of the claim; Letters are
	// those that are kept.
	Mail    int64
	Letters []Letter
}

// Letter is an event that a saga awaits, or will await: the first for its step.
type Letter struct {
	Ref
	Step string
	// Outcome is Received, or Refused if the event makes the step fail.
	Outcome Outcome
	Event   uuid.UUID
	Ordinal int
}

// Writer changes sagas in transactions.
type Writer[T any] interface {
	// Create is Setup as a part of tx.
	Create(ctx context.Context, tx T) error
	// Definitions returns those of a saga in the order in which they were registered last,
	// without Open. None is registered until tx ends.
	Definitions(ctx context.Context, tx T, saga string) ([]Registered, error)
	// Begin stores sagas that are new, due at once, and drops those that are there.
	Begin(ctx context.Context, tx T, sagas []Begin) error
	// Post keeps letters for open sagas that have not come past their step, the
	// first for each step, and makes those due that wait. Others are dropped.
	Post(ctx context.Context, tx T, letters []Posted) error
	// Commit makes a transition if the claim holds and nobody wants the saga
	// cancelled whose Cancel the claim does not know: [ErrFenced] and [ErrCancelled].
	// emit, unless nil, appends events in the same transaction; its error is
	// returned as it is. The entry is added under the version of the claim, which is
	// the saga's no longer: that is higher by one.
	Commit(ctx context.Context, m *Move, emit func(ctx context.Context, tx T) error) error
}

// Begin is a saga that has to be there.
type Begin struct {
	Ref
	Digest string
	Step   string
	Start  Start
	// Timeout is that to the deadline; 0 for none.
	Timeout time.Duration
}

// Posted is a letter, with the steps at which it is not too late.
type Posted struct {
	Letter
	Until []string
}

// Move is a transition.
type Move struct {
	Claim *Claim
	// State, Step, Attempts, Lost, Undo, Stuck, Data and Failure are those of the saga
	// after it.
	State          State
	Step           string
	Attempts, Lost int
	Undo, Stuck    []string
	Data           json.RawMessage
	Failure        string
	// Owner keeps the claim, which runs out when it would have; if it is empty the
	// saga is due after Wait, which for a saga that waits is the end of its wait. While
	// it runs or waits it is due at its deadline at the latest, and, if it waits and
	// letters came since the claim, at once.
	Owner string
	Wait  time.Duration
	// Entry is not written if it has no Outcome.
	Entry Entry
	// Took is the time since Entry began.
	Took time.Duration
}

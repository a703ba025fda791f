package projection

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"github.com/evgen/evgen/runtime"
)

// Errors that say all there is to say.
var (
	// ErrFenced says that a shard has changed hands: whoever gets it must stop
	// and claim again.
	ErrFenced = errors.New("the shard belongs to another owner by now")
	// ErrUnknownProjection says that a database has no such projection.
	ErrUnknownProjection = errors.New("no such projection")
	// ErrNoLiveVersion says that no version of a projection is live.
	ErrNoLiveVersion = errors.New("no version is live")
	// ErrConsumer says that an ID is that of a consumer, which follows a broker: it
	// has no other versions, and cannot be replayed.
	ErrConsumer = errors.New("it is a consumer of a broker, which cannot be rebuilt")
	// ErrReaction says that an ID is that of a reaction, or of what begins sagas: what it
	// has emitted or begun stays, so that there is nothing to build anew.
	ErrReaction = errors.New("it is a reaction, or begins a saga, and what came of that stays: it cannot be rebuilt or reset, but restarted")
	// ErrUnavailable is what a handler returns, wrapped, if something it needs besides
	// the database cannot be reached: the transaction is rolled back and tried again,
	// for ever, and no fact becomes a letter.
	ErrUnavailable = errors.New("what the handler needs cannot be reached")
	// ErrOver says that something which a projection needs in this process is gone for
	// good, such as a connection that was closed: its runner ends, for whoever looks
	// after the process to start it anew.
	ErrOver = errors.New("this process cannot go on, and must be started anew")
	// ErrBehind says that a version has not caught up with the one that it should replace.
	ErrBehind = errors.New("the version is behind the live one")
)

// unavailable reports whether err passes without anybody doing anything about facts.
func unavailable(err error) bool {
	return errors.Is(err, ErrUnavailable) || errors.Is(err, runtime.ErrKeysUnavailable)
}

// Further errors of changing versions and shards.
var (
	// ErrUnknownVersion says that a projection has no version of that number that
	// could be used so.
	ErrUnknownVersion = errors.New("no such version")
	// ErrInline says that a version was kept up to date by those who append, and no
	// longer is as far as anybody knows: it has no checkpoint that would tell.
	ErrInline = errors.New("the version was kept up to date inline, and nothing tells whether it still is: rebuild the projection instead")
	// ErrUneven says that shards which should be joined stand at different positions.
	ErrUneven = errors.New("shards stand at different positions")
)

// LetterError says that a letter could not be stored, so that its shard stops.
type LetterError struct {
	Err error
}

func (e *LetterError) Error() string { return fmt.Sprintf("store dead letters: %v", e.Err) }

func (e *LetterError) Unwrap() error { return e.Err }

// EventError says which fact of a batch a handler failed on.
type EventError struct {
	// Index counts from 0 in the facts given to Apply.
	Index int
	Err   error
}

func (e *EventError) Error() string { return fmt.Sprintf("fact %d: %v", e.Index, e.Err) }

func (e *EventError) Unwrap() error { return e.Err }

// SumError says that what an event adds to a column goes beyond 64 bits.
type SumError struct {
	Column string
}

func (e *SumError) Error() string {
	return fmt.Sprintf("column %s: the sum is beyond what 64 bits hold", e.Column)
}

// LedgerVersionError says that another release of evgen has made the ledger, or none where Found is 0.
type LedgerVersionError struct {
	Found, Known int
}

func (e *LedgerVersionError) Error() string {
	if e.Found == 0 {
		return "there is no projection ledger: call Setup"
	}
	if e.Found > e.Known {
		return fmt.Sprintf("projection ledger is of version %d, this build knows versions up to %d: update the program", e.Found, e.Known)
	}
	return fmt.Sprintf("projection ledger is of version %d, this build needs %d: call Setup", e.Found, e.Known)
}

// LimitError says that a shard has stopped since too many letters wait.
type LimitError struct {
	Version Version
	Shard   int
	Key     string // empty: the limit of the whole shard
	Limit   int
}

func (e *LimitError) Error() string {
	if e.Key != "" {
		return fmt.Sprintf("%s shard %d: more than %d letters of key %q", &e.Version, e.Shard, e.Limit, e.Key)
	}
	return fmt.Sprintf("%s shard %d: more than %d letters", &e.Version, e.Shard, e.Limit)
}

// RewoundError says that checkpoints refer to another life of the store: it was
// restored or replaced, and the read model may hold what the store does not. Those of
// a consumer are of a stream or topic, which was made anew.
type RewoundError struct {
	Version        Version
	Stored, Actual runtime.Incarnation
}

func (e *RewoundError) Error() string {
	if e.Version.Consumes() {
		return e.ofPartition()
	}
	remedy := "rebuild the projection"
	if e.Version.Reacts() {
		remedy = "restart the reaction where it is to go on"
	}
	return fmt.Sprintf("%s was built from store %s, this is store %s: %s", &e.Version, e.Stored, e.Actual, remedy)
}

// ofPartition is the text for a consumer. What its offsets refer to is a life of the
// partition, a word, and behind it the filters by which that is read, if there are any.
func (e *RewoundError) ofPartition() string {
	consumer, partition := e.Version.Partition()
	before, were, _ := strings.Cut(string(e.Stored), " ")
	now, are, _ := strings.Cut(string(e.Actual), " ")
	if before != now {
		return fmt.Sprintf("partition %s of consumer %s was made anew: what was read is of %s, this is %s: restart the consumer there",
			partition, consumer, before, now)
	}
	return fmt.Sprintf("partition %s of consumer %s was read by other filters (%s, now %s), and what they kept out was passed: restart the consumer there",
		partition, consumer, cmp.Or(were, "none"), cmp.Or(are, "none"))
}

// Is makes errors.Is(err, runtime.ErrStoreRewound) true.
func (e *RewoundError) Is(target error) bool { return target == runtime.ErrStoreRewound }

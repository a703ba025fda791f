package projection

import (
	"time"

	"github.com/evgen/evgen/runtime"
)

// Letter is an event whose effect is missing: it failed, or it stands behind
// one of the same key that failed.
type Letter struct {
	ID      int64 // given by the database
	Version Version
	Shard   int
	Slot    int
	Key     string
	State   LetterState
	// Record is the event as stored: a retry decodes it with today's upcasters.
	// Its Ordinal tells which of the events that it is upcast to the letter is
	// about, and may be [AllOrdinals].
	Record runtime.Record
	// Attempts counts how often the handler failed on it.
	Attempts int
	// Error is what it failed with last. It never holds payload.
	Error string
	// NextAttempt is when it will be tried again, by the database's clock.
	NextAttempt time.Time
	CreatedAt   time.Time
}

// AllOrdinals is the ordinal of a letter whose record could not be read: all that
// it means has yet to take effect.
const AllOrdinals = -1

// LetterState says what a letter waits for.
type LetterState string

// The states of a letter.
const (
	Retrying LetterState = "retrying" // will be tried again by itself
	Dead     LetterState = "dead"     // has used up its attempts and waits for an operator
	Parked   LetterState = "parked"   // waits for an earlier letter of its key
)

// Waiting is how many letters a shard has, and since when the oldest of them waits.
type Waiting struct {
	Shard, Letters int
	Oldest         time.Time
}

// LetterQuery selects letters; empty fields select all.
type LetterQuery struct {
	Projection string
	Version    int
	Key        string
	State      LetterState
	IDs        []int64
	Limit      int
}

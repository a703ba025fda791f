package encryption

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
)

// Subject is whose data it is: a person, as the events of a tenant name them.
type Subject struct {
	Tenant runtime.Tenant
	ID     string
}

// MaxSubject is how long the id of a subject may be, in bytes: every store of keys
// takes that, and has it in an index.
const MaxSubject = 1024

// check returns [ErrNoSubject] or [ErrBadSubject] if there can be no key for s.
func (s Subject) check() error {
	switch {
	case s.ID == "":
		return ErrNoSubject
	case len(s.ID) > MaxSubject || strings.ContainsRune(s.ID, 0) || !utf8.ValidString(s.ID):
		return ErrBadSubject
	}
	return nil
}

// Key is what is kept of a subject's key.
type Key struct {
	// ID is a UUIDv7: keys that were made one after the other lie side by side.
	ID      uuid.UUID
	Subject Subject
	// Wrapped is the key as a [Wrapper] has made it; nil once it is erased.
	Wrapped   []byte
	CreatedAt time.Time
	// Erased says when, by whom and why; nil while the key is there.
	Erased *Erasure
}

// Erasure is what is kept of an erasure for ever. It holds no personal data
// unless By and Why do.
type Erasure struct {
	At time.Time
	By string
	// Why is a reason, such as the number of a request.
	Why string
	// Finished says that all that was derived from the data is erased, too.
	Finished bool
}

// Keys keeps keys. All methods may be called concurrently.
type Keys interface {
	// Ensure returns the newest key of s; if s has none, and was not erased, it
	// keeps what fresh returns. Of concurrent calls all return the same.
	Ensure(ctx context.Context, s Subject, fresh func() (Key, error)) (Key, error)
	// Page returns up to n keys in the order of their ids, from id on, erased
	// ones included.
	Page(ctx context.Context, from uuid.UUID, n int) ([]Key, error)
}

// Erasures destroys keys, and knows which were.
type Erasures interface {
	// Erase destroys all keys of s and keeps e in their place, also if there was no
	// key. It is durable when it returns. An erasure that was there stays as it is.
	Erase(ctx context.Context, s Subject, e Erasure) error
	// Finish notes that nothing is left of what was sealed under keys. Those that are
	// not erased stay as they are.
	Finish(ctx context.Context, keys ...uuid.UUID) error
	// Pending returns the subjects whose erasure is not finished.
	Pending(ctx context.Context) ([]Subject, error)
	// KeysOf returns the keys of s, oldest first.
	KeysOf(ctx context.Context, s Subject) ([]Key, error)
}

// Custody changes keys by explicit choice.
type Custody interface {
	// Renew keeps what fresh returns as the new key of s, whose erasure is finished.
	// Else: [ErrActive], [ErrPending]. What was sealed before stays erased.
	Renew(ctx context.Context, s Subject, fresh func() (Key, error)) (Key, error)
	// Rewrap replaces the wrapped form of a key, if it still is from.
	Rewrap(ctx context.Context, id uuid.UUID, from, to []byte) error
}

// freshKey makes a wrapped key.
func freshKey(ctx context.Context, w Wrapper, s Subject) (Key, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return Key{}, err
	}
	key := newKey()
	defer clear(key)
	wrapped, err := w.Wrap(ctx, id, key)
	if err != nil {
		return Key{}, unavailable("wrap a key", err)
	}
	return Key{ID: id, Subject: s, Wrapped: wrapped, CreatedAt: runtime.Timestamp(time.Now())}, nil
}

// Renew gives a subject that was erased a new key, for data to come: what was
// sealed before stays unreadable. It is an [ErrActive] if s is not erased, and an
// [ErrPending] until its erasure is finished: hooks would clear what is new as well.
func Renew(ctx context.Context, c Custody, w Wrapper, s Subject) error {
	_, err := c.Renew(ctx, s, func() (Key, error) { return freshKey(ctx, w, s) })
	return err
}

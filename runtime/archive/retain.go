package archive

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/evgen/evgen/runtime"
)

// Retainer is a store that can forget its oldest records, as that of PostgreSQL.
type Retainer interface {
	runtime.Reader
	Retain(ctx context.Context, from runtime.Position) (deleted int64, err error)
}

// NotArchivedError says that a record would be forgotten of which the archive has no
// copy, or another one than the store: Reason says which.
type NotArchivedError struct {
	Position runtime.Position
	Reason   string
}

func (e *NotArchivedError) Error() string {
	return fmt.Sprintf("the record at position %d is not in the archive: %s", e.Position, e.Reason)
}

// Retain lets store forget the records below from, after each of them has been read
// from the archive and compared. Otherwise nothing is forgotten, and the error is a
// *[NotArchivedError], or one of [Restore].
func Retain(ctx context.Context, store Retainer, sink Sink, from runtime.Position) (deleted int64, err error) {
	if err := Compare(ctx, store, sink, from); err != nil {
		return 0, fmt.Errorf("forget records below position %d: %w", from, err)
	}
	return store.Retain(ctx, from)
}

// Compare returns an error unless the archive holds all records below from that
// store has, as it has them: see [Retain].
func Compare(ctx context.Context, store runtime.Reader, sink Sink, from runtime.Position) error {
	head, life, err := store.Head(ctx)
	if err != nil {
		return err
	}
	first, err := firstKept(ctx, store)
	if err != nil {
		return err
	}
	until := min(from-1, head)
	if until < first {
		return nil
	}
	next, stop := iter.Pull2(Restore(ctx, sink, life, first-1))
	defer stop()
	for rec, err := range store.ReadAll(ctx, first-1, runtime.Filter{Until: until}) {
		if err != nil {
			return err
		}
		if err := same(&rec, next); err != nil {
			return err
		}
	}
	return nil
}

// same compares a record with the next one of the archive.
func same(rec *runtime.Record, next func() (runtime.Record, error, bool)) error {
	kept, err, ok := next()
	switch {
	case err != nil:
		return err
	case !ok:
		return &NotArchivedError{rec.Position, "the archive ends in front of it"}
	}
	// Lines are compared, which hold all of a record.
	mine, err := Append(nil, rec)
	if err != nil {
		return err
	}
	theirs, err := Append(nil, &kept)
	if err != nil {
		return err
	}
	if !bytes.Equal(mine, theirs) {
		return &NotArchivedError{rec.Position, fmt.Sprintf("in its place is event %s at position %d", kept.ID, kept.Position)}
	}
	return nil
}

// firstKept returns the position from which on a store has its records, from 1.
func firstKept(ctx context.Context, store runtime.Reader) (runtime.Position, error) {
	for _, err := range store.ReadAll(ctx, 0, runtime.Filter{}) {
		var gap *runtime.RetentionGapError
		if errors.As(err, &gap) {
			return max(gap.FirstKept, 1), nil
		}
		return 1, err
	}
	return 1, nil
}

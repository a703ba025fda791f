package encryption

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
)

// Hook erases what was derived from a subject's data, such as the rows of a read
// model. It runs again after a crash, and so must bear to be repeated.
type Hook struct {
	// Name says in errors whose hook it is.
	Name  string
	Erase func(ctx context.Context, s Subject) error
}

// Alone says that no other process holds keys: an [Eraser] need not wait.
const Alone time.Duration = -1

// Eraser erases subjects everywhere.
type Eraser struct {
	Erasures Erasures
	// Keyrings are those of this process, which forget the key at once.
	Keyrings []*Keyring
	// Settle is how long to wait before the hooks run: the longest staleness of a
	// keyring in any process. 0 is the longest of Keyrings, or [DefaultStaleness]
	// without any; see [Alone].
	Settle time.Duration
	// Hooks run in this order, the others even if one fails. Without any nothing is
	// derived from the data.
	Hooks []Hook
}

// Erase destroys the keys of subjects, so that nobody can read their data again;
// then it waits until no process holds them any more and runs the hooks. A key that
// cannot be destroyed keeps none of the others; then no hook runs. After an error, or
// a crash, keys may be gone and something derived still be there: [Eraser.Resume]
// goes on with those, and another call with all.
func (e *Eraser) Erase(ctx context.Context, why Erasure, subjects ...Subject) error {
	if why.At.IsZero() {
		why.At = time.Now()
	}
	why.At, why.Finished = runtime.Timestamp(why.At), false
	var errs []error
	for i, s := range subjects {
		if err := s.check(); err != nil {
			errs = append(errs, fmt.Errorf("subject %d: %w", i, err))
		} else if err := e.Erasures.Erase(ctx, s, why); err != nil {
			errs = append(errs, fmt.Errorf("erase keys of subject %d: %w", i, err))
		}
	}
	if len(errs) > 0 {
		return errors.Join(errs...)
	}
	return e.complete(ctx, subjects)
}

// Resume finishes the erasures that were begun and not finished, whoever began them: an
// Eraser that lacks a hook ends them without it, and one without any is refused,
// [ErrNoHooks]. Where nothing is derived a hook that does nothing says so.
func (e *Eraser) Resume(ctx context.Context) error {
	pending, err := e.Erasures.Pending(ctx)
	if err != nil {
		return fmt.Errorf("list pending erasures: %w", err)
	}
	switch {
	case len(pending) == 0:
		return nil
	case len(e.Hooks) == 0:
		return ErrNoHooks
	}
	return e.complete(ctx, pending)
}

func (e *Eraser) complete(ctx context.Context, subjects []Subject) error {
	erased := make([][]uuid.UUID, len(subjects))
	for i, s := range subjects {
		for _, k := range e.Keyrings {
			k.Forget(s)
		}
		var err error
		if erased[i], err = e.erased(ctx, s); err != nil {
			return fmt.Errorf("list keys of subject %d: %w", i, err)
		}
	}
	if err := e.settle(ctx); err != nil {
		return fmt.Errorf("wait for other processes to forget keys: %w", err)
	}
	var errs []error
	for i, s := range subjects {
		errs = append(errs, e.finish(ctx, s, erased[i]))
	}
	return errors.Join(errs...)
}

// erased lists the keys of s that are gone by now: one that is erased later, after it was
// renewed, is another erasure's, whose hooks have not run when those of this one have.
func (e *Eraser) erased(ctx context.Context, s Subject) (gone []uuid.UUID, err error) {
	keys, err := e.Erasures.KeysOf(ctx, s)
	for i := range keys {
		if keys[i].Erased != nil {
			gone = append(gone, keys[i].ID)
		}
	}
	return gone, err
}

func (e *Eraser) settle(ctx context.Context) error {
	timer := time.NewTimer(e.wait())
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// wait is how long keys are used that somebody has erased.
func (e *Eraser) wait() time.Duration {
	switch {
	case e.Settle != 0:
		return e.Settle
	case len(e.Keyrings) == 0:
		return DefaultStaleness
	}
	var longest time.Duration
	for _, k := range e.Keyrings {
		longest = max(longest, k.staleness)
	}
	return longest
}

func (e *Eraser) finish(ctx context.Context, s Subject, erased []uuid.UUID) error {
	var errs []error
	for _, h := range e.Hooks {
		if err := h.Erase(ctx, s); err != nil {
			errs = append(errs, fmt.Errorf("erase %s: %w", h.Name, err))
		}
	}
	if len(errs) > 0 {
		return errors.Join(errs...)
	}
	return e.Erasures.Finish(ctx, erased...)
}

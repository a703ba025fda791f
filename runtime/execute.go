package runtime

import (
	"context"
	"errors"
	"fmt"
)

// Decide is a command: from the state it concludes which events happen, or
// refuses with an error. No events and no error means that there is nothing to
// do. It may run several times, once per attempt, and should have no side effects.
type Decide[S any] func(state S) ([]Event, error)

// Executed is the outcome of a command. Without events Appended is zero.
type Executed struct {
	Appended
	// Version is the stream's version after the command.
	Version StreamVersion
	// Attempts counts how often decide ran.
	Attempts int
}

// Execute loads an aggregate, decides, and appends what was decided under the
// condition that the stream has not changed meanwhile. On a conflict it starts
// again, as the repository's [Retry] allows, and in the end fails with a
// *[RetriesExhaustedError]. An error of decide is returned as it is.
//
// If the cause names a command (see [Cause.WithCommand]) that the stream holds
// the events of already, decide does not run and the original outcome is
// returned as a duplicate.
//
// It blocks for the load, the append, and the waits between attempts.
func Execute[S any](ctx context.Context, repo *Repository[S], stream StreamID, cause Cause, decide Decide[S]) (Executed, error) {
	for attempt := 1; ; attempt++ {
		done, err := repo.attempt(ctx, stream, cause, decide)
		done.Attempts = attempt
		var conflict *ConflictError
		if !errors.As(err, &conflict) || conflict.Stream != stream {
			return done, err
		}
		if attempt >= repo.retry.Attempts {
			return done, &RetriesExhaustedError{Stream: stream, Attempts: attempt, Last: conflict}
		}
		if err := repo.retry.wait(ctx, attempt); err != nil {
			return done, fmt.Errorf("execute on %s: %w", stream, errors.Join(err, conflict))
		}
	}
}

func (r *Repository[S]) attempt(ctx context.Context, stream StreamID, cause Cause, decide Decide[S]) (Executed, error) {
	if err := cause.Check(); err != nil {
		return Executed{}, fmt.Errorf("execute on %s: %w", stream, err)
	}
	l, err := r.load(ctx, stream, cause.marker(stream))
	if err != nil {
		return Executed{}, err
	}
	if done, repeated, err := r.repeated(ctx, stream, cause, l); repeated || err != nil {
		return done, err
	}
	version, snapshot := l.Version, r.snapshotOf(ctx, stream, l)
	events, err := decide(l.Data)
	if err != nil || len(events) == 0 {
		return Executed{Version: version}, err
	}
	appended, err := r.store.Append(ctx, stream, ExpectVersion(version), cause, events...)
	if err != nil {
		return Executed{Version: version}, err
	}
	r.keep(ctx, snapshot)
	return Executed{Appended: appended, Version: appended.Last}, nil
}

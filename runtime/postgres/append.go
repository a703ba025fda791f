package postgres

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/evgen/evgen/runtime"
)

// Append implements [runtime.Store]. It blocks for one statement and its commit,
// and on other transactions that have moved the same stream and are still open.
// Where the link breaks it finds out on another connection whether the events
// are there; a command (see [runtime.Cause.WithCommand]) may then be reported as
// a duplicate of itself. Cancelling ctx before the events are sent leaves no
// trace. After that the true outcome is returned, which takes 2 seconds at most:
// then it is an *[UnknownOutcomeError], which wraps the error of ctx.
//
// Other errors of the database: [ErrUnreachable], [ErrNoRights], [ErrReadOnly],
// [ErrFull], [ErrNoPartition], [ErrTooBig], [ErrBusy], [ErrNotMigrated].
func (s *Store) Append(ctx context.Context, stream runtime.StreamID, expect runtime.Expect, cause runtime.Cause, events ...runtime.Event) (runtime.Appended, error) {
	return s.observed(ctx, stream, len(events), func(ctx context.Context) (runtime.Appended, error) {
		batch, err := runtime.NewSealedBatch(ctx, s.config.sealer, stream, expect, cause, events)
		if err != nil {
			return runtime.Appended{}, err
		}
		out, err := s.write(ctx, batch)
		if err != nil {
			return runtime.Appended{}, fmt.Errorf("append to %s: %w", stream, err)
		}
		s.grown.Notify()
		return out, nil
	})
}

func (s *Store) write(ctx context.Context, b *runtime.Batch) (runtime.Appended, error) {
	if s.config.inline != nil {
		return s.group.appendInline(ctx, b)
	}
	return s.group.append(ctx, b)
}

// observed tells the store's observer, if it has one, about an append.
func (s *Store) observed(ctx context.Context, stream runtime.StreamID, events int, do func(context.Context) (runtime.Appended, error)) (runtime.Appended, error) {
	if s.config.observer == nil {
		return do(ctx)
	}
	ctx, done := s.config.observer.BeforeAppend(ctx, stream, events)
	out, err := do(ctx)
	done(out, err)
	return out, err
}

// errRaced says that nothing was written for a reason that no longer holds:
// another transaction has moved the stream meanwhile.
var errRaced = errors.New("stream was moved meanwhile")

// settle turns a verdict into what the caller of an append is told. It returns
// errRaced where the statement has to be repeated.
func (v verdict) settle(b *runtime.Batch) (runtime.Appended, error) {
	switch {
	case v.err != nil:
		return runtime.Appended{}, v.err
	case v.first > 0:
		return runtime.Appended{
			First: v.version - runtime.StreamVersion(len(b.Records)) + 1, Last: v.version,
			FirstPosition: v.first, Position: v.last,
		}, nil
	case v.version > 0 && v.tenant != b.Tenant:
		return runtime.Appended{}, &runtime.TenantError{Stream: b.Stream, Tenant: b.Tenant}
	case !b.Expect.Allows(v.version):
		return runtime.Appended{}, &runtime.ConflictError{Stream: b.Stream, Expected: b.Expect, Actual: v.version}
	}
	return runtime.Appended{}, errRaced
}

// maxRetries bounds how often an append is repeated of which the database has said
// that nothing was written.
const maxRetries = 8

// alone appends a batch by a statement of its own.
func (g *group) alone(ctx context.Context, b *runtime.Batch) (runtime.Appended, error) {
	return repeat(ctx, func() (runtime.Appended, error) { return g.once(ctx, b) })
}

// repeat tries an append until it succeeds or is refused for good.
func repeat(ctx context.Context, try func() (runtime.Appended, error)) (runtime.Appended, error) {
	for retries := 0; ; {
		out, err := try()
		switch {
		case err == nil, errors.Is(err, runtime.ErrClosed):
			return out, err
		case errors.Is(err, errRaced):
			continue // somebody else got on, so that this ends
		case !transient(err) || retries == maxRetries:
			return runtime.Appended{}, because(ctx, err)
		}
		retries++
		if err := pause(ctx, retries); err != nil {
			return runtime.Appended{}, err
		}
	}
}

func (g *group) once(ctx context.Context, b *runtime.Batch) (runtime.Appended, error) {
	verdicts, err := g.attempt(ctx, "", b)
	var lost *lostError
	if errors.As(err, &lost) {
		return g.resolveOne(ctx, lost, b)
	}
	if err != nil {
		return runtime.Appended{}, err
	}
	if verdicts[0].known {
		return g.repeated(ctx, b)
	}
	return verdicts[0].settle(b)
}

// attempt sends batches once. A *lostError says that it is unknown whether they
// were written; any other error, that they were not.
func (g *group) attempt(ctx context.Context, wait string, batches ...*runtime.Batch) ([]verdict, error) {
	conn, err := g.store.acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Release()
	verdicts, err := g.writer.append(ctx, conn.Conn(), wait, batches...)
	if err != nil && mayHaveCommitted(err) {
		return nil, &lostError{process: serverOf(conn.Conn()), err: err}
	}
	return verdicts, err
}

// repeated returns the original outcome of a batch of which some ids are stored,
// or how it differs from what is stored.
func (g *group) repeated(ctx context.Context, b *runtime.Batch) (runtime.Appended, error) {
	conn, err := g.store.acquire(ctx)
	if err != nil {
		return runtime.Appended{}, err
	}
	defer conn.Release()
	return g.writer.repeated(ctx, conn.Conn(), b)
}

func (w *writer) repeated(ctx context.Context, conn *pgx.Conn, b *runtime.Batch) (runtime.Appended, error) {
	found, err := w.stored(ctx, conn, b.LookupIDs())
	if err != nil {
		return runtime.Appended{}, err
	}
	out, stored, err := b.CheckStored(found)
	if err == nil && !stored {
		err = errRaced // retention has removed it meanwhile
	}
	return out, err
}

// transient reports whether the database may take later what it refused now,
// without anybody doing anything about it.
func transient(err error) bool {
	var failure *pgconn.PgError
	if !errors.As(err, &failure) {
		return errors.Is(err, errNotWritten)
	}
	switch failure.Code {
	case "40001", "40P01": // serialization failure, deadlock
		return true
	case "23505": // an id or stream that a concurrent transaction has just written
		return true
	}
	return false
}

// mayHaveCommitted reports whether, after this error of a statement, its commit
// may have taken place all the same.
func mayHaveCommitted(err error) bool {
	var failure *pgconn.PgError
	var notSent *notSentError
	switch {
	case errors.As(err, &notSent), pgconn.SafeToRetry(err):
		return false
	case errors.As(err, &failure):
		return failure.Severity != "ERROR" // FATAL and PANIC end the session at any point
	}
	return true
}

// because names an error of the database; if it came about because ctx ended,
// that is what it says. A refusal that is known stands, whatever became of ctx.
func because(ctx context.Context, err error) error {
	var conflict *runtime.ConflictError
	var tenant *runtime.TenantError
	var repeated *runtime.IdempotencyError
	var unknown *UnknownOutcomeError
	if errors.As(err, &conflict) || errors.As(err, &tenant) || errors.As(err, &repeated) || errors.As(err, &unknown) {
		return err
	}
	if cause := ctx.Err(); cause != nil {
		return cause
	}
	return named(err)
}

// pause waits before retry n (from 1), so that rivals part.
func pause(ctx context.Context, n int) error {
	return sleep(ctx, rand.N(time.Millisecond<<min(n, 8)))
}

package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/evgen/evgen/runtime"
)

// AppendIn returns [Tx.AppendAll] as a function of the transaction, a [pgx.Tx] or a
// *pgmodel.Tx, as reactions take it.
func AppendIn[T pgx.Tx](s *Store) func(ctx context.Context, tx T, appends []runtime.Appending) ([]runtime.Appended, error) {
	return func(ctx context.Context, tx T, appends []runtime.Appending) ([]runtime.Appended, error) {
		return s.InTx(tx).AppendAll(ctx, appends)
	}
}

// AppendAll is [Tx.Append] for several, in order, in few round trips. If one is refused
// it returns the outcomes of those in front of it, which are written, and a
// *[runtime.AppendingError]. It waits first for other transactions that hold one of
// the streams.
func (t *Tx) AppendAll(ctx context.Context, appends []runtime.Appending) ([]runtime.Appended, error) {
	return t.store.observedAll(ctx, appends, func(ctx context.Context) ([]runtime.Appended, error) {
		out := make([]runtime.Appended, 0, len(appends))
		if err := t.lock(ctx, appends); err != nil {
			return out, fmt.Errorf("append in a transaction: %w", named(err))
		}
		for part := range slices.Chunk(appends, maxGroup) {
			some, err := t.appendPart(ctx, part)
			var refused *runtime.AppendingError
			if errors.As(err, &refused) {
				err = &runtime.AppendingError{Index: len(out) + refused.Index, Err: refused.Err}
			}
			if out = append(out, some...); err != nil {
				return out, err
			}
		}
		t.store.grown.Notify() // who waits looks often, for a while
		return out, nil
	})
}

// observedAll is observed for several appends that are made together.
func (s *Store) observedAll(ctx context.Context, appends []runtime.Appending, do func(ctx context.Context) ([]runtime.Appended, error)) ([]runtime.Appended, error) {
	if s.config.observer == nil {
		return do(ctx)
	}
	dones := make([]func(runtime.Appended, error), len(appends))
	for i := range appends {
		_, dones[i] = s.config.observer.BeforeAppend(ctx, appends[i].Stream, len(appends[i].Events))
	}
	out, err := do(ctx)
	for i, done := range dones {
		if i < len(out) {
			done(out[i], nil)
		} else {
			done(runtime.Appended{}, err)
		}
	}
	return out, err
}

// lock takes the streams of appends, so that no two transactions wait for each other:
// but for streams that both of them begin.
func (t *Tx) lock(ctx context.Context, appends []runtime.Appending) error {
	if t.store.closed.Load() {
		return runtime.ErrClosed
	}
	conn, err := t.begun(ctx)
	if err != nil || len(appends) < 2 {
		return err
	}
	var p params
	p.array(oidText, len(appends), func(b []byte, i int) []byte { return appendText(b, appends[i].Stream.String()) })
	return t.store.group.writer.lock.run(ctx, conn, &p, ignoreRow)
}

// appendPart appends what goes to the server in one round trip.
func (t *Tx) appendPart(ctx context.Context, appends []runtime.Appending) ([]runtime.Appended, error) {
	batches := make([]*runtime.Batch, 0, len(appends))
	var invalid error
	for _, a := range appends {
		b, err := runtime.NewSealedBatch(ctx, t.store.config.sealer, a.Stream, a.Expect, a.Cause, a.Events)
		if err != nil {
			invalid = err
			break
		}
		batches = append(batches, b)
	}
	out, err := t.together(ctx, batches)
	switch {
	case err != nil:
		return out, err
	case runtime.Refused(invalid):
		return out, &runtime.AppendingError{Index: len(out), Err: invalid}
	}
	return out, invalid
}

const (
	beginTogether  = `SAVEPOINT evgen_append`
	undoTogether   = `ROLLBACK TO SAVEPOINT evgen_append; RELEASE SAVEPOINT evgen_append`
	finishTogether = `RELEASE SAVEPOINT evgen_append`
)

// together appends batches in one round trip, or, if one of them is refused, takes that
// back and appends those in front of it.
func (t *Tx) together(ctx context.Context, batches []*runtime.Batch) ([]runtime.Appended, error) {
	if len(batches) < 2 || t.store.config.inline != nil {
		return t.oneByOne(ctx, batches)
	}
	conn := t.tx.Conn()
	verdicts, err := t.store.group.writer.appendWithin(ctx, conn, batches)
	if err != nil {
		return nil, fmt.Errorf("append in a transaction: %w", named(err))
	}
	out := make([]runtime.Appended, len(batches))
	end := finishTogether
	for i := range verdicts {
		if out[i], err = t.settle(ctx, verdicts[i], batches[i]); err != nil {
			end = undoTogether
			break
		}
	}
	if _, err := t.tx.Exec(ctx, end); err != nil {
		return nil, fmt.Errorf("append in a transaction: %w", named(err))
	}
	if end == undoTogether {
		return t.oneByOne(ctx, batches)
	}
	return out, nil
}

// settle is the outcome of a batch that was sent once.
func (t *Tx) settle(ctx context.Context, v verdict, b *runtime.Batch) (runtime.Appended, error) {
	if v.known {
		return t.store.group.writer.repeated(ctx, t.tx.Conn(), b)
	}
	return v.settle(b)
}

func (t *Tx) oneByOne(ctx context.Context, batches []*runtime.Batch) ([]runtime.Appended, error) {
	out := make([]runtime.Appended, 0, len(batches))
	for i, b := range batches {
		one, err := t.write(ctx, b)
		if err != nil {
			err = fmt.Errorf("append to %s in a transaction: %w", b.Stream, err)
			if runtime.Refused(err) {
				err = &runtime.AppendingError{Index: i, Err: err}
			}
			return out, err
		}
		out = append(out, one)
	}
	return out, nil
}

// flusher is a transaction that keeps statements back, as *pgmodel.Tx does.
type flusher interface {
	Flush(ctx context.Context) error
}

// begun returns the transaction's connection, once all that was done in it is there.
func (t *Tx) begun(ctx context.Context) (*pgx.Conn, error) {
	if q, ok := t.tx.(flusher); ok {
		if err := q.Flush(ctx); err != nil {
			return nil, err
		}
	}
	conn := t.tx.Conn()
	if conn.PgConn().TxStatus() == 'I' { // it begins with its first statement, or has ended
		if _, err := t.tx.Exec(ctx, ";"); err != nil {
			return nil, err
		}
	}
	return conn, nil
}

package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/evgen/evgen/runtime"
)

// Tx appends in a transaction of the caller's.
type Tx struct {
	store *Store
	tx    pgx.Tx
}

// InTx returns what appends in tx, a transaction in the store's database: events
// and the caller's own writes are committed together or not at all. From an
// append on, other appends to the same stream wait until tx ends, and so, behind
// its positions, do readers: keep such transactions short.
func (s *Store) InTx(tx pgx.Tx) *Tx { return &Tx{store: s, tx: tx} }

// Append is [Store.Append] as a part of the transaction: the events become
// visible, at the positions returned, when it commits. Conflicts and the other
// errors of [runtime.Store] leave the transaction usable; an error of the
// database ends it, as ever. In REPEATABLE READ or above a stream that was moved
// since the transaction's snapshot is [ErrBusy].
func (t *Tx) Append(ctx context.Context, stream runtime.StreamID, expect runtime.Expect, cause runtime.Cause, events ...runtime.Event) (runtime.Appended, error) {
	return t.store.observed(ctx, stream, len(events), func(ctx context.Context) (runtime.Appended, error) {
		batch, err := runtime.NewSealedBatch(ctx, t.store.config.sealer, stream, expect, cause, events)
		if err != nil {
			return runtime.Appended{}, err
		}
		out, err := t.write(ctx, batch)
		if err != nil {
			return runtime.Appended{}, fmt.Errorf("append to %s in a transaction: %w", stream, err)
		}
		t.store.grown.Notify() // who waits looks often, for a while
		return out, nil
	})
}

// write appends b and gives it its effect, unless it had that before.
func (t *Tx) write(ctx context.Context, b *runtime.Batch) (runtime.Appended, error) {
	out, err := t.append(ctx, b)
	if err != nil || out.Duplicate || t.store.config.inline == nil {
		return out, err
	}
	written := make([]*runtime.Record, len(b.Records))
	for i := range b.Records {
		written[i] = &b.Records[i]
	}
	return out, t.store.effect(ctx, t.tx, written)
}

func (t *Tx) append(ctx context.Context, b *runtime.Batch) (runtime.Appended, error) {
	if t.store.closed.Load() {
		return runtime.Appended{}, runtime.ErrClosed
	}
	for {
		out, err := t.once(ctx, b)
		if !errors.Is(err, errRaced) {
			return out, named(err)
		}
	}
}

func (t *Tx) once(ctx context.Context, b *runtime.Batch) (runtime.Appended, error) {
	conn, err := t.begun(ctx)
	if err != nil {
		return runtime.Appended{}, err
	}
	verdicts, err := t.store.group.writer.append(ctx, conn, "", b)
	if err != nil {
		return runtime.Appended{}, err
	}
	return t.settle(ctx, verdicts[0], b)
}

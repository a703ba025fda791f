package delivery

import (
	"context"
	"errors"
	"fmt"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

// Skip lets a consumer go on behind a version of a stream that will never come: what
// waits for it is tried again with its next attempt.
func Skip(ctx context.Context, db projection.Control, consumer string, stream runtime.StreamID, version runtime.StreamVersion) error {
	err := db.Ledger(ctx, func(l projection.Ledger) error {
		inbox, ok := l.(projection.Inbox)
		if !ok {
			return errNoInbox
		}
		return projection.Pass(ctx, inbox, consumer, stream, projection.Taken{Version: version})
	})
	if err != nil {
		return fmt.Errorf("skip version %d of %s for %s: %w", version, stream, consumer, err)
	}
	return nil
}

// ErrLetters says that dead letters wait which refer to offsets.
var ErrLetters = errors.New("dead letters wait: drop them, and they come again with the messages that are there now")

// Restart makes a consumer read a partition anew, from the oldest message that the
// broker keeps: after its stream or topic was made anew, after messages were dropped
// before they were read, or where its filters have changed. What was taken in stays, and
// has its effect no second time. Versions of a stream that are not there any more are
// waited for, by letters, unless the consumer is [Sparse]: see [Skip]. Owners are fenced;
// one that runs, or is started, reads anew.
//
// Errors: [projection.ErrUnknownProjection], and [ErrLetters] where any wait for this
// partition: their order would be that of offsets which are gone.
func Restart(ctx context.Context, db projection.Control, consumer, partition string) error {
	err := db.Ledger(ctx, func(l projection.Ledger) error { return restart(ctx, l, consumer+"."+partition) })
	if err != nil {
		return fmt.Errorf("restart consumer %s in partition %s: %w", consumer, partition, err)
	}
	return nil
}

func restart(ctx context.Context, l projection.Ledger, id string) error {
	if err := l.Lock(ctx, id); err != nil {
		return err
	}
	versions, err := l.Versions(ctx, id)
	if err != nil {
		return err
	}
	if len(versions) == 0 || !versions[0].Consumes() {
		return projection.ErrUnknownProjection
	}
	v := versions[0]
	shards, err := l.LockShards(ctx, v) // letters are counted behind the last commit
	if err != nil {
		return err
	}
	waiting, err := l.Waiting(ctx, v)
	if err != nil {
		return err
	}
	if len(waiting) > 0 {
		return ErrLetters
	}
	for i := range shards {
		shards[i].Position = runtime.Position(fromKept)
	}
	if err := l.ReplaceShards(ctx, v, shards); err != nil {
		return err
	}
	v.Incarnation = "" // that which the next runner finds
	return l.SaveVersion(ctx, v)
}

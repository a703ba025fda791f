package delivery

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

// fromKept is where [Restart] leaves a partition: in front of the oldest message that
// the broker has, be it the first one or not.
const fromKept Offset = -1

// start returns the offset behind which to read, given the checkpoint. Errors are those
// of lost and missed.
func (f *inflow) start(ctx context.Context, at Offset) (Offset, error) {
	b, err := f.partition.Bounds(ctx)
	if err != nil {
		return 0, fmt.Errorf("bounds of partition %s: %w", f.partition.Name(), err)
	}
	if err := f.missed(ctx); err != nil {
		return 0, err
	}
	if at == fromKept {
		return b.First - 1, nil
	}
	return at, f.lost(b, at)
}

// lost returns a *[runtime.RetentionGapError] if the broker has dropped messages
// behind at. A sparse consumer that begins takes what there is.
func (f *inflow) lost(b Bounds, at Offset) error {
	if b.First <= at+1 || at == 0 && f.sparse {
		return nil
	}
	gap := &runtime.RetentionGapError{After: runtime.Position(at), FirstKept: runtime.Position(b.First)}
	return fmt.Errorf("partition %s: %w: to go on without them, restart %s", f.partition.Name(), gap, f.id)
}

// receded returns a *[runtime.StoreRewoundError] if the broker has lost what it had: it
// was restored, or its disks did not keep what it confirmed. New messages would come at
// offsets that were read.
func (f *inflow) receded(b Bounds, at Offset) error {
	if at <= b.Last {
		return nil
	}
	end := &runtime.StoreRewoundError{After: runtime.Position(at), Head: runtime.Position(b.Last), Incarnation: runtime.Incarnation(b.Life)}
	return fmt.Errorf("partition %s: %w: restart %s", f.partition.Name(), end, f.id)
}

// missed returns a *[FilterError] if filters keep out what is handled. A sparse consumer
// may mean that.
func (f *inflow) missed(ctx context.Context) error {
	selector, ok := f.partition.(Selector)
	if !ok || f.sparse {
		return nil
	}
	missed, err := selector.Misses(ctx, f.stored)
	if err != nil {
		return fmt.Errorf("filters of partition %s: %w", f.partition.Name(), err)
	}
	if len(missed) > 0 {
		return &FilterError{f.partition.Name(), missed}
	}
	return nil
}

// closeToEnd is the part of what is kept, from its beginning, in which a consumer
// is about to lose messages: a tenth.
const closeToEnd = 10

// watch looks, now and then, whether the broker drops what was not read yet or was
// given another partition of this name, and returns an error when so. It warns before,
// if it can. It ends with ctx, without an error.
func (f *inflow) watch(ctx context.Context) error {
	tick := time.NewTicker(f.guard)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-f.gone:
			return err
		case <-tick.C:
			f.look(ctx)
		}
	}
}

// look reports messages that are lost, and warns of those that will be. That the
// broker cannot be reached is for others to say.
func (f *inflow) look(ctx context.Context) {
	f.mu.Lock()
	at, open, v := f.through, f.open, f.version
	f.mu.Unlock()
	if !open {
		return
	}
	b, err := f.partition.Bounds(ctx)
	f.report(err)
	if err != nil {
		return
	}
	if life := b.incarnation(); life != v.Incarnation {
		f.report(&projection.RewoundError{Version: v, Stored: v.Incarnation, Actual: life})
		return
	}
	for _, err := range []error{f.lost(b, at), f.receded(b, at), f.missed(ctx)} {
		f.report(err)
	}
	if b.First > 1 && at < b.First+(b.Last-b.First)/closeToEnd && at < b.Last {
		f.logger.WarnContext(ctx, "the broker is about to drop messages that were not read",
			f.attrs(slog.Int64("offset", int64(at)), slog.Int64("first", int64(b.First)), slog.Int64("last", int64(b.Last)))...)
	}
}

// How long a broker that failed is left alone: at first, and at most.
const (
	firstPause = 20 * time.Millisecond
	lastPause  = 10 * time.Second
)

// backoff returns a random time that grows with the number of failures.
func backoff(failures int) time.Duration {
	limit := lastPause
	if failures < 20 && firstPause<<failures < limit {
		limit = firstPause << failures
	}
	return rand.N(limit)
}

// wait blocks for d, or until ctx ends: then it returns its error.
func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

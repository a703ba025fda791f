package projection

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/evgen/evgen/runtime"
)

// Inline runs projections within the transactions that append events: for the few
// read models that must never be behind. They cost every append, and an event that
// a handler fails on cannot be appended. Every process that appends must do so
// through an Inline of the same projections.
type Inline[T any] struct {
	decoder     runtime.Decoder
	projections []inlined[T]
}

type inlined[T any] struct {
	*followed[T]
	version Version
}

// OpenInline makes the projections' versions live, and marks them as inline: they
// have no shards. One that has to be built first, since it is new or its digest
// is, is built here; until OpenInline returns nobody may append to the store. It
// blocks until that is done. Do not give the same projections to a [Runner].
func OpenInline[T any](ctx context.Context, store Source, db Database[T], decoder *runtime.Registry, projections []Projection[T], opts ...Option) (*Inline[T], error) {
	runner, err := NewRunner(store, db, decoder, projections, append(opts, SwapWhenReady())...)
	if err != nil {
		return nil, fmt.Errorf("open inline projections: %w", err)
	}
	if err := db.Setup(ctx); err != nil {
		return nil, fmt.Errorf("open inline projections: %w", err)
	}
	in := &Inline[T]{decoder: decoder}
	for _, id := range runner.order {
		p := runner.projections[id]
		v, err := runner.inlineVersion(ctx, p)
		if err != nil {
			return nil, fmt.Errorf("open inline projection %s: %w", id, err)
		}
		in.projections = append(in.projections, inlined[T]{p, v})
	}
	return in, nil
}

// inlineVersion returns the version that is live and inline, building it if needed.
func (r *Runner[T]) inlineVersion(ctx context.Context, p *followed[T]) (Version, error) {
	v, err := r.inline(ctx, p)
	if err != nil || v.Number > 0 {
		return v, err
	}
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	defer running.Wait()
	defer cancel()
	failed := make(chan error, 1)
	running.Add(1)
	go func() {
		defer running.Done()
		failed <- r.Run(ctx)
	}()
	for ctx.Err() == nil && err == nil && v.Number == 0 {
		select {
		case err = <-failed:
		case <-time.After(boundPoll):
			v, err = r.inline(ctx, p)
		}
	}
	if err == nil && v.Number == 0 {
		err = ctx.Err()
	}
	return v, err
}

// inline returns p's live version if it is inline, or has come to the end of the
// store and so becomes that; else the zero version.
func (r *Runner[T]) inline(ctx context.Context, p *followed[T]) (found Version, err error) {
	head, incarnation, err := r.tail.source.Head(ctx)
	if err != nil {
		return found, err
	}
	err = r.db.Ledger(ctx, func(l Ledger) error {
		versions, err := l.Versions(ctx, p.ID)
		if err != nil {
			return err
		}
		live := inState(versions, Live)
		if live == nil || !p.follows(live) || !live.Loaded || live.Incarnation != incarnation {
			return nil
		}
		shards, err := l.LockShards(ctx, *live)
		if err != nil || len(shards) > 0 && lowest(shards) < head {
			return err
		}
		if len(shards) > 0 {
			if err = settledLetters(ctx, l, *live); err == nil {
				err = l.ReplaceShards(ctx, *live, nil)
			}
		}
		found = *live
		return err
	})
	if err != nil {
		found = Version{}
	}
	return found, err
}

// settledLetters is an error if v has letters: without shards nobody would retry them.
func settledLetters(ctx context.Context, l Ledger, v Version) error {
	n, err := countLetters(ctx, l, v)
	if err == nil && n > 0 {
		err = fmt.Errorf("%s has %d dead letters: retry or drop them first", &v, n)
	}
	return err
}

// Apply gives records, as they are being stored, their effect. bind returns the
// transaction of the append, bound to a version. Any error must roll the append
// back; errors of the decoder and of handlers come as they are.
func (in *Inline[T]) Apply(ctx context.Context, bind func(Version) T, records []runtime.Record) error {
	all := make([]T, len(in.projections))
	for i, p := range in.projections {
		all[i] = bind(p.version)
	}
	if err := enter(ctx, all, records); err != nil {
		return err
	}
	var facts []Fact
	for i := range records {
		events, err := in.decoder.AppendEvents(nil, &records[i])
		if err != nil {
			return err
		}
		for n, event := range events {
			f := Fact{Meta: records[i].Meta, Data: event}
			f.Ordinal = n
			facts = append(facts, f)
		}
	}
	for i, p := range in.projections {
		if err := p.apply(ctx, all[i], facts); err != nil {
			return fmt.Errorf("inline projection %s: %w", p.ID, err)
		}
	}
	return nil
}

// entrant is a transaction beside which others write: [Erase] does not see what it has
// written, and so has to wait for it. Where writers wait for each other anyway there is
// nothing to enter.
type entrant interface {
	Enter(ctx context.Context) error
}

// enter keeps [Erase] waiting, before anything is opened that may be erased meanwhile.
func enter[T any](ctx context.Context, all []T, records []runtime.Record) error {
	if !slices.ContainsFunc(records, func(r runtime.Record) bool { return bytes.Contains(r.Data, sealedMark) }) {
		return nil
	}
	for _, tx := range all {
		if e, ok := any(tx).(entrant); ok {
			if err := e.Enter(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

var sealedMark = []byte(`"` + runtime.SealedMember + `"`)

func (p *inlined[T]) apply(ctx context.Context, tx T, facts []Fact) error {
	var mine []Fact
	for i := range facts {
		if p.types[facts[i].Data.EventType()] {
			mine = append(mine, facts[i])
		}
	}
	if len(mine) == 0 {
		return nil
	}
	return p.Handler.Apply(ctx, tx, mine)
}

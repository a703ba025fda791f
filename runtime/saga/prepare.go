package saga

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

// space is that of the keys of attempts.
var space = uuid.MustParse("5e0fa4f1-4c62-5b8e-9d54-7a1c3f0b9d21")

// keyOf returns what all attempts of a step have in common. It never changes, or
// what was done under it would be done again.
func keyOf(r Ref, step string, kind Kind) uuid.UUID {
	return uuid.NewSHA1(space, fmt.Appendf(nil, "%q %q %q %q %q", r.Saga, r.Tenant, r.ID, step, kind))
}

// prepareRun makes what a method of a step is given.
func (h *hold[T]) prepareRun(ctx context.Context, t task) (*Run, error) {
	c := &h.claim
	if err := h.load(ctx); err != nil {
		return nil, err
	}
	run := &Run{
		Ref: c.Ref, Step: t.step.Name, Kind: t.kind, Attempt: c.Attempts + 1, Key: keyOf(c.Ref, t.step.Name, t.kind),
		Correlation: c.Start.Correlation, Start: h.facts[c.Start.Event], Received: map[string]projection.Fact{},
	}
	for _, l := range c.Letters {
		run.Received[l.Step] = h.facts[l.Event]
	}
	return run, h.patiently(ctx, "opening the state of a saga failed, trying again", func() error { return h.openState(ctx, run) })
}

// load reads the events of the saga that it has not read yet. A store that cannot
// be reached is no failure of a step, nor is an event that this program cannot read
// yet: load tries again until ctx ends.
func (h *hold[T]) load(ctx context.Context) error {
	wanted := h.wanted()
	if len(wanted) == 0 {
		return nil
	}
	ids := make([]uuid.UUID, len(wanted))
	for i := range wanted {
		ids[i] = wanted[i].Event
	}
	return h.patiently(ctx, "reading the events of a saga failed, trying again", func() error {
		records, err := h.events.Find(ctx, ids...)
		if err != nil {
			return &unreached{err}
		}
		return h.read(wanted, records)
	})
}

// patiently tries again until ctx ends, or something fails that no time mends. It warns with message.
func (h *hold[T]) patiently(ctx context.Context, message string, try func() error) error {
	for failures := 0; ; failures++ {
		err := try()
		if err == nil || !notYet(err) {
			return err
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		h.warn(ctx, message, err)
		sleep(ctx, nil, backoff(failures))
	}
}

// unreached says that the store did not answer.
type unreached struct{ error }

func (u *unreached) Unwrap() error { return u.error }

// notYet reports whether something may be read later, or by others: the store cannot be
// reached, an event was written by a newer program, as in the middle of a rolling update,
// its keys cannot be reached, or not by this program.
func notYet(err error) bool {
	var store *unreached
	var version *runtime.NewerVersionError
	var unknown *runtime.UnknownTypeError
	return errors.As(err, &store) || errors.As(err, &version) || errors.As(err, &unknown) ||
		errors.Is(err, runtime.ErrKeysUnavailable) || errors.Is(err, errUnsealable)
}

// loadAll reads the events of sagas at once. What fails is left to load, whose
// matter errors are.
func (c *crew[T]) loadAll(ctx context.Context, holds []*hold[T]) {
	if len(holds) < 2 {
		return
	}
	var ids []uuid.UUID
	for _, h := range holds {
		for _, l := range h.wanted() {
			ids = append(ids, l.Event)
		}
	}
	ctx, done := context.WithTimeout(ctx, commitWait)
	defer done()
	records, err := c.events.Find(ctx, ids...)
	if err != nil {
		return
	}
	for _, h := range holds {
		_ = h.read(h.wanted(), records)
	}
}

// wanted lists the events of the saga that were not read yet.
func (h *hold[T]) wanted() []Letter {
	all := append([]Letter{{Event: h.claim.Start.Event, Ordinal: h.claim.Start.Ordinal}}, h.claim.Letters...)
	var missing []Letter
	for _, l := range all {
		if _, read := h.facts[l.Event]; !read {
			missing = append(missing, l)
		}
	}
	return missing
}

// read decodes the events that were found, as of today.
func (h *hold[T]) read(wanted []Letter, records []runtime.Record) error {
	found := map[uuid.UUID]runtime.Record{}
	for _, rec := range records {
		found[rec.ID] = rec
	}
	for _, l := range wanted {
		rec, ok := found[l.Event]
		if !ok {
			return fmt.Errorf("event %s is not in the store", l.Event)
		}
		events, err := h.decoder.Decode(rec)
		if err != nil {
			return fmt.Errorf("read event %s: %w", l.Event, err)
		}
		if l.Ordinal >= len(events) {
			return fmt.Errorf("event %s means %d events today, and not %d", l.Event, len(events), l.Ordinal+1)
		}
		h.facts[l.Event] = events[l.Ordinal]
	}
	return nil
}

// carried are the headers that go from the start event to what the saga emits:
// those of W3C's trace context, and the count by which loops of reactions end.
var carried = [...]string{"traceparent", "tracestate", "evgen-hops"}

// emit appends what a step emits, passing over what was appended by an attempt
// whose transaction the store did not share.
func (h *hold[T]) emit(ctx context.Context, tx T, run *Run) error {
	appends := make([]runtime.Appending, len(run.emissions))
	for n, e := range run.emissions {
		if e.Expect.Kind() == runtime.KindInvalid {
			e.Expect = runtime.ExpectAny()
		}
		appends[n] = runtime.Appending{Stream: e.Stream, Expect: e.Expect, Cause: causeOf(run, n), Events: []runtime.Event{e.Event}}
	}
	for len(appends) > 0 {
		_, err := h.append(ctx, tx, appends)
		var refused *runtime.AppendingError
		if !errors.As(err, &refused) || !emittedBefore(&appends[refused.Index], refused.Err) {
			return err
		}
		appends = appends[refused.Index+1:]
	}
	return nil
}

// causeOf returns that of emission n.
func causeOf(run *Run, n int) runtime.Cause {
	cause := runtime.CausedBy(run.Start).WithCommand(uuid.NewSHA1(run.Key, fmt.Appendf(nil, "#%d", n)))
	for _, name := range carried {
		if value := run.Start.Headers[name]; value != "" {
			cause = cause.WithHeader(name, value)
		}
	}
	return cause
}

// emittedBefore reports whether a was refused since its event is stored, with what
// another attempt put into it.
func emittedBefore(a *runtime.Appending, err error) bool {
	var repeated *runtime.IdempotencyError
	return errors.As(err, &repeated) && repeated.ID == a.Cause.EventID(a.Stream, 0)
}

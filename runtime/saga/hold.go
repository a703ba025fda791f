package saga

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

// hold is a saga that a crew is at: one goroutine takes it from step to step, for
// as long as something is due.
type hold[T any] struct {
	*crew[T]
	// claim is changed by that goroutine alone, under the crew's mutex.
	claim Claim
	// deadline is the saga's, by this process's clock; the zero time if there is none.
	deadline time.Time
	// cancel ends the attempt that is under way, for a cause; guarded by the mutex.
	cancel context.CancelCauseFunc
	facts  map[uuid.UUID]projection.Fact
}

func newHold[T any](c *crew[T], claim Claim, began time.Time) *hold[T] {
	h := &hold[T]{crew: c, claim: claim, cancel: func(error) {}, facts: map[uuid.UUID]projection.Fact{}}
	if claim.Left != Never {
		h.deadline = began.Add(claim.Left)
	}
	return h
}

func (h *hold[T]) left() time.Duration {
	if h.deadline.IsZero() {
		return Never
	}
	return time.Until(h.deadline)
}

// verdict is what has become of a task.
type verdict struct {
	task
	run   *Run // nil if nothing was attempted
	err   error
	began time.Time
	owner string
	off   bool // the task is put off
}

// drive blocks until nothing is due, the claim is lost, or the worker stops.
func (h *hold[T]) drive(ctx context.Context, stopping <-chan struct{}) {
	for h.step(ctx, stopping) {
	}
}

// step does the next task of the saga, and reports whether there may be another one.
func (h *hold[T]) step(ctx context.Context, stopping <-chan struct{}) bool {
	v := verdict{task: h.definition.next(&h.claim, h.left()), began: time.Now(), owner: h.config.owner}
	if v.step != nil && !h.try(ctx, &v) {
		return false
	}
	return h.commit(ctx, &v, stopping)
}

// try attempts the step of v, and reports whether there is something to commit. What a
// worker has lost is a failed attempt, and the next one is made alone among its like.
func (h *hold[T]) try(ctx context.Context, v *verdict) bool {
	switch {
	case h.claim.Former != "":
		h.config.logger.WarnContext(ctx, "a step of a saga was lost with its worker",
			slog.String("saga", h.claim.Saga), slog.String("id", h.claim.ID), slog.String("step", v.step.Name), slog.String("worker", h.claim.Former))
		v.err, v.owner = ErrLost, h.claim.Former
		return true
	case h.claim.Lost == 0:
		return h.tryNow(ctx, v)
	case !h.alone.TryLock():
		v.off = true
		return true
	}
	defer h.alone.Unlock()
	return h.tryNow(ctx, v)
}

func (h *hold[T]) tryNow(ctx context.Context, v *verdict) bool {
	mine, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	h.changed(func() { h.cancel = cancel })
	v.run, v.err = h.attempt(mine, v.task)
	switch cause := context.Cause(mine); {
	case errors.Is(cause, ErrFenced):
		h.lost(ctx)
		return false
	case errors.Is(cause, ErrShutdown) && v.err != nil:
		h.release(ctx)
		return false
	}
	return true
}

// attempt runs a step once.
func (h *hold[T]) attempt(ctx context.Context, t task) (*Run, error) {
	if t.kind == Compensate {
		return h.bounded(ctx, t, Never, t.step.Compensate)
	}
	return h.bounded(ctx, t, h.left(), t.step.Do)
}

// bounded runs a method of a step, for no longer than the step and the saga may take.
func (h *hold[T]) bounded(ctx context.Context, t task, left time.Duration, method func(context.Context, *Run) error) (*Run, error) {
	run, err := h.prepareRun(ctx, t)
	if err != nil {
		return nil, (&Run{}).scrubbed(err)
	}
	limit, late := left, &TimeoutError{}
	if t.step.Timeout > 0 && t.step.Timeout < limit {
		limit, late = t.step.Timeout, &TimeoutError{Step: t.step.Name}
	}
	if limit != Never {
		var done context.CancelFunc
		ctx, done = context.WithTimeoutCause(ctx, limit, late)
		defer done()
	}
	if err = h.call(ctx, run, method); err == nil {
		return run, nil
	}
	if context.Cause(ctx) == error(late) {
		err = fmt.Errorf("%w: %w", late, err)
	}
	return nil, run.scrubbed(err)
}

// call calls a method of a step, and tells the observer before and after it.
func (h *hold[T]) call(ctx context.Context, r *Run, method func(context.Context, *Run) error) (err error) {
	if o, ok := h.config.observer.(StepObserver); ok {
		inside, ended := o.BeforeStep(ctx, Beginning{Ref: r.Ref, Step: r.Step, Kind: r.Kind, Attempt: r.Attempt, Start: &r.Start.Meta})
		defer func() { ended(err) }()
		ctx = inside
	}
	if err = guarded(func() error { return method(ctx, r) }); err == nil {
		err = checkState(r.State)
	}
	return err
}

// checkState refuses what a database of JSON cannot keep.
func checkState(state json.RawMessage) error {
	if len(state) > 0 && !(utf8.Valid(state) && json.Valid(state)) {
		return errors.New("the state is not JSON")
	}
	return nil
}

// guarded makes an error of a panic of fn.
func guarded(fn func() error) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = &PanicError{Value: value, Stack: debug.Stack()}
		}
	}()
	return fn()
}

// decide turns a verdict into a transition.
func (h *hold[T]) decide(v *verdict) *Move {
	switch {
	case v.step == nil:
		return h.definition.next(&h.claim, h.left()).move
	case v.off:
		return putOff(&h.claim)
	case v.err != nil:
		return h.definition.failed(&h.claim, v.kind, h.left(), v.err)
	}
	return h.definition.done(&h.claim, v.kind)
}

// commitWait bounds a commit, also of a worker that is told to stop.
const commitWait = 10 * time.Second

// commit makes the transition that follows from v, and reports whether to go on.
func (h *hold[T]) commit(ctx context.Context, v *verdict, stopping <-chan struct{}) bool {
	for failures := 0; ; failures++ {
		m := h.decide(v)
		h.keepOrLeave(m, stopping)
		m.Took, m.Entry.Owner = time.Since(v.began), v.owner
		err := h.write(ctx, m, v)
		switch {
		case err == nil:
			return h.moved(ctx, m, v)
		case errors.Is(err, ErrFenced):
			if failures > 0 { // what seemed to fail was committed, perhaps
				h.changed(func() { h.claim.Version, h.claim.Former = h.claim.Version+1, "" })
				h.release(ctx)
			}
			h.lost(ctx)
			return false
		case errors.Is(err, ErrCancelled):
			err = h.reload(ctx)
		case v.step != nil && v.err == nil && !h.passes(err):
			v.err, v.run, err = v.run.scrubbed(err), nil, nil // what the step emits, or its state, is refused
		}
		if err == nil {
			continue
		}
		h.warn(ctx, "moving a saga failed, trying again", err)
		if ctx.Err() != nil {
			return false // the lease runs out
		}
		sleep(ctx, nil, backoff(failures))
	}
}

// passes reports whether err is no fault of the step.
func (h *hold[T]) passes(err error) bool {
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, runtime.ErrKeysUnavailable) || h.db.Transient(err)
}

// keepOrLeave says whether the worker goes on with the saga.
func (h *hold[T]) keepOrLeave(m *Move, stopping <-chan struct{}) {
	if !m.continues() {
		return
	}
	m.Wait = 0
	select {
	case <-stopping:
	default:
		m.Owner = h.config.owner
	}
}

func (h *hold[T]) write(ctx context.Context, m *Move, v *verdict) error {
	ctx, done := context.WithTimeout(context.WithoutCancel(ctx), commitWait)
	defer done()
	if err := h.sealState(ctx, m, v.run); err != nil {
		return err
	}
	if v.run == nil || len(v.run.emissions) == 0 {
		return h.db.Commit(ctx, m, nil)
	}
	return h.db.Commit(ctx, m, func(ctx context.Context, tx T) error { return h.emit(ctx, tx, v.run) })
}

// moved takes note of a transition that was made, and reports whether to go on.
func (h *hold[T]) moved(ctx context.Context, m *Move, v *verdict) bool {
	from := h.claim.State
	h.changed(func() {
		c := &h.claim
		c.Version++
		c.Former = ""
		c.State, c.Step, c.Attempts, c.Lost, c.Undo, c.Stuck, c.Data, c.Failure = m.State, m.Step, m.Attempts, m.Lost, m.Undo, m.Stuck, m.Data, m.Failure
	})
	if m.Entry.Outcome != "" {
		h.config.observer.Moved(Moved{Ref: h.claim.Ref, From: from, To: m.State, Entry: m.Entry, Took: time.Since(v.began)})
	}
	h.tell(ctx, m)
	if m.Owner == "" && m.State.Open() {
		h.Wake() // it may be due before this worker looks again
	}
	return m.Owner != ""
}

// tell logs what a person may want to know.
func (h *hold[T]) tell(ctx context.Context, m *Move) {
	attrs := []any{slog.String("saga", h.claim.Saga), slog.String("id", h.claim.ID), slog.String("step", m.Entry.Step), slog.String("failure", m.Entry.Failure)}
	switch {
	case m.State == CompensationFailed:
		h.config.logger.ErrorContext(ctx, "a saga could not be undone in full", append(attrs, slog.Any("stuck", m.Stuck))...)
	case m.Entry.Outcome == Failed, m.Entry.Outcome == Done, m.Entry.Outcome == Received, m.Entry.Outcome == "":
		h.config.logger.DebugContext(ctx, "a saga moved", append(attrs, slog.String("outcome", string(m.Entry.Outcome)))...)
	default:
		h.config.logger.WarnContext(ctx, "a step of a saga has failed", append(attrs, slog.String("outcome", string(m.Entry.Outcome)))...)
	}
}

// reload learns why an operator wants the saga compensated.
func (h *hold[T]) reload(ctx context.Context) error {
	tenant := h.claim.Tenant
	now, err := h.db.List(ctx, Query{Saga: h.claim.Saga, ID: h.claim.ID, Tenant: &tenant, Limit: 1})
	if err == nil && len(now) == 1 {
		h.changed(func() { h.claim.Cancel = now[0].Cancel })
	}
	return err
}

func (h *hold[T]) changed(fn func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	fn()
}

func (h *hold[T]) lost(ctx context.Context) {
	h.config.logger.WarnContext(ctx, "a saga was claimed by another worker, or changed by an operator: what this one did is not committed",
		slog.String("saga", h.claim.Saga), slog.String("id", h.claim.ID), slog.String("step", h.claim.Step))
}

func (h *hold[T]) release(ctx context.Context) { h.releaseAll(ctx, []*hold[T]{h}) }

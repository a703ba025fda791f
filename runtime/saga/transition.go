package saga

import (
	"errors"
	"math/rand/v2"
	"slices"
	"time"
)

// task is what a claim calls for: a transition that needs nothing else, or an
// attempt of a step. Exactly one is set.
type task struct {
	move *Move
	step *Step
	kind Kind
}

// errNoStep says that the definition lacks a step of a saga, which is refused when
// a worker starts.
var errNoStep = errors.New("the definition has no such step")

// next says what to do with a claim of which left remains to the deadline.
func (d *Definition) next(c *Claim, left time.Duration) task {
	if c.State == Compensating {
		return d.nextUndo(c)
	}
	at := d.index(c.Step)
	switch {
	case at < 0:
		return task{move: d.compensate(c, 0, GaveUp, errNoStep)}
	case c.Cancel != "":
		return task{move: d.compensate(c, d.committed(c, at), Cancelled, errors.New(c.Cancel))}
	case left <= 0:
		return task{move: d.compensate(c, d.committed(c, at), Expired, &TimeoutError{})}
	case c.State == Waiting:
		return task{move: d.receive(c, at)}
	case d.Steps[at].Do == nil:
		return task{move: d.wait(c, at)}
	}
	return task{step: &d.Steps[at], kind: Forward}
}

// committed counts the steps of which something is done, if a saga stands at one.
func (d *Definition) committed(c *Claim, at int) int {
	if c.State == Waiting && d.Steps[at].Do != nil {
		at++
	}
	return at
}

func (d *Definition) nextUndo(c *Claim) task {
	if len(c.Undo) == 0 {
		return task{move: settle(c.move(""))}
	}
	at := d.index(c.Undo[0])
	switch {
	case at < 0:
		m := c.move(GaveUp)
		m.Entry.Kind, m.Entry.Failure = Compensate, errNoStep.Error()
		return task{move: stuck(m)}
	case d.Steps[at].Compensate == nil: // as of a saga that was abandoned, which names all that is done
		m := c.move(Done)
		m.Entry.Kind, m.Undo = Compensate, c.Undo[1:]
		return task{move: settle(m.afresh())}
	}
	return task{step: &d.Steps[at], kind: Compensate}
}

// move begins a transition that changes nothing yet.
func (c *Claim) move(outcome Outcome) *Move {
	return &Move{
		Claim: c, State: c.State, Step: c.Step, Attempts: c.Attempts, Lost: c.Lost,
		Undo: c.Undo, Stuck: c.Stuck, Data: c.Data, Failure: c.Failure,
		Entry: Entry{Version: c.Version, Step: c.Step, Kind: Forward, Outcome: outcome},
	}
}

// done is the transition after an attempt that succeeded.
func (d *Definition) done(c *Claim, kind Kind) *Move {
	m := c.move(Done)
	m.Entry.Kind, m.Entry.Attempt = kind, c.Attempts+1
	if kind == Compensate {
		m.Undo = c.Undo[1:]
		return settle(m.afresh())
	}
	at := d.index(c.Step)
	switch {
	case c.Cancel != "":
		return d.undoing(m, at+1, errors.New(c.Cancel))
	case d.Steps[at].awaits():
		return d.waiting(m, at)
	}
	return d.advance(m, at)
}

// advance goes on to the step behind one that is over, or completes the saga.
func (d *Definition) advance(m *Move, at int) *Move {
	m.afresh().State, m.Step = Running, ""
	if at+1 == len(d.Steps) {
		m.State = Completed
	} else {
		m.Step = d.Steps[at+1].Name
	}
	return m
}

// wait is the transition of a step that consists of waiting.
func (d *Definition) wait(c *Claim, at int) *Move { return d.waiting(c.move(""), at) }

func (d *Definition) waiting(m *Move, at int) *Move {
	m.afresh().State, m.Wait = Waiting, Never
	if limit := d.Steps[at].Timeout; limit > 0 {
		m.Wait = limit
	}
	return m
}

// receive is the transition of a saga that waits: on, if the event is there; or to
// compensation, if it refuses or has not come in time.
func (d *Definition) receive(c *Claim, at int) *Move {
	letter := c.letter(c.Step)
	switch {
	case letter == nil && c.WaitLeft > 0:
		m := c.move("")
		m.Wait = c.WaitLeft
		return m
	case letter == nil:
		return d.compensate(c, d.committed(c, at), Expired, &TimeoutError{Step: c.Step, Awaited: typesOf(d.Steps[at].Await)})
	case letter.Outcome == Refused:
		return d.compensate(c, d.committed(c, at), Refused, &RefusedError{Step: c.Step, Event: letter.Event, Types: typesOf(d.Steps[at].Refuse)})
	}
	return d.advance(c.move(Received), at)
}

// letter returns the one for a step, or nil.
func (c *Claim) letter(step string) *Letter {
	for i := range c.Letters {
		if c.Letters[i].Step == step {
			return &c.Letters[i]
		}
	}
	return nil
}

// failed is the transition after an attempt that failed.
func (d *Definition) failed(c *Claim, kind Kind, left time.Duration, err error) *Move {
	step := c.Step
	policy := d.Steps[d.index(step)].retry(kind)
	m := c.move(Failed)
	m.Entry.Kind, m.Entry.Attempt, m.Entry.Failure = kind, c.Attempts+1, text(err)
	m.Attempts++
	if errors.Is(err, ErrLost) {
		m.Lost++
	}
	over := m.Attempts >= policy.Attempts || isPermanent(err)
	switch {
	case kind == Compensate && over:
		return stuck(m)
	case kind == Forward && c.Cancel != "":
		return d.undoing(m, d.index(step), errors.New(c.Cancel)).as(GaveUp)
	case kind == Forward && (over || left <= 0):
		return d.undoing(m, d.index(step), err).as(GaveUp)
	}
	m.Wait = policy.wait(c.Attempts)
	if m.Lost > c.Lost {
		m.Wait += apart()
	}
	return m
}

// putOff is the transition of a step whose turn has not come.
func putOff(c *Claim) *Move {
	m := c.move("")
	m.Wait = apart()
	return m
}

// apart is a time to wait for those who shall not come back together: a step that was
// lost with its process may have been lost to another one's.
func apart() time.Duration { return time.Second/2 + rand.N(time.Second) }

// wait returns a time to wait after n+1 failures.
func (r Retry) wait(n int) time.Duration {
	if r.Backoff == Fixed {
		return r.Base
	}
	limit := r.Max
	if n < 30 && r.Base<<n < limit {
		limit = r.Base << n
	}
	return rand.N(limit)
}

// compensate is a transition of its own to the compensation of the first n steps.
func (d *Definition) compensate(c *Claim, n int, outcome Outcome, err error) *Move {
	m := c.move(outcome)
	m.Entry.Failure = text(err)
	return d.undoing(m, n, err)
}

// undoing turns a transition towards the compensation of the first n steps.
func (d *Definition) undoing(m *Move, n int, err error) *Move {
	m.State, m.Failure, m.Undo = Compensating, text(err), d.undo(n)
	return settle(m.afresh())
}

// stuck gives the present compensation up, and goes on with the others.
func stuck(m *Move) *Move {
	m.Stuck = append(slices.Clone(m.Stuck), m.Undo[0])
	m.Undo = m.Undo[1:]
	return settle(m.afresh()).as(GaveUp)
}

// settle says what a saga under compensation has before it.
func settle(m *Move) *Move {
	switch {
	case len(m.Undo) > 0:
		m.State, m.Step = Compensating, m.Undo[0]
	case len(m.Stuck) > 0:
		m.State, m.Step = CompensationFailed, ""
	default:
		m.State, m.Step = Compensated, ""
	}
	return m
}

func (m *Move) as(o Outcome) *Move { m.Entry.Outcome = o; return m }

// afresh gives what comes next all its attempts.
func (m *Move) afresh() *Move { m.Attempts, m.Lost = 0, 0; return m }

// continues reports whether the worker goes on with the saga at once, rather than
// let go of it until something is due.
func (m *Move) continues() bool {
	switch {
	case !m.State.Open(), m.Entry.Outcome == Failed:
		return false
	case m.State == Waiting:
		return m.Claim.letter(m.Step) != nil
	}
	return m.Entry.Outcome != "" // or it is put off
}

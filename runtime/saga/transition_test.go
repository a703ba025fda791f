package saga

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
)

// three is a saga of a step without compensation between two with one; the last awaits an event.
func three() *Definition {
	nothing := func(context.Context, *Run) error { return nil }
	retry := Retry{Attempts: 2, Base: time.Minute, Backoff: Fixed}
	return &Definition{ID: "three", Start: "x", Steps: []Step{
		{Name: "a", Do: nothing, Compensate: nothing, Retry: retry, Undo: retry},
		{Name: "b", Do: nothing, Retry: retry},
		{Name: "c", Do: nothing, Compensate: nothing, Retry: retry, Undo: retry, Await: []Awaited{{Type: "y"}}, Timeout: time.Hour},
	}}
}

var errTest = errors.New("it fails")

// want is what a transition has to be.
type want struct {
	state   State
	step    string
	tried   int
	lost    int
	undo    []string
	stuck   []string
	outcome Outcome
	kind    Kind
	goesOn  bool
	wait    time.Duration
	apart   time.Duration // what may come to wait
}

func TestTransitions(t *testing.T) {
	d := three()
	at := func(state State, step string, change ...func(*Claim)) *Claim {
		c := &Claim{Instance: Instance{Ref: Ref{Saga: "three", ID: "1"}, State: state, Step: step, Version: 7}, Left: Never, WaitLeft: Never}
		for _, fn := range change {
			fn(c)
		}
		return c
	}
	undoing := func(undo ...string) func(*Claim) { return func(c *Claim) { c.Undo = undo } }
	stuck := func(names ...string) func(*Claim) { return func(c *Claim) { c.Stuck = names } }
	tried := func(c *Claim) { c.Attempts = 1 }
	lost := func(c *Claim) { c.Lost = 1 }
	cancelled := func(c *Claim) { c.Cancel = "no more" }
	letter := func(o Outcome) func(*Claim) {
		return func(c *Claim) { c.Letters = []Letter{{Step: "c", Outcome: o, Event: uuid.New()}} }
	}
	for name, c := range map[string]struct {
		got  *Move
		want want
	}{
		"a step is done":                       {d.done(at(Running, "a"), Forward), want{state: Running, step: "b", outcome: Done, goesOn: true}},
		"a step is done that awaits":           {d.done(at(Running, "c"), Forward), want{state: Waiting, step: "c", outcome: Done, wait: time.Hour}},
		"the event came before":                {d.done(at(Running, "c", letter(Received)), Forward), want{state: Waiting, step: "c", outcome: Done, goesOn: true, wait: time.Hour}},
		"a step is done of a cancelled saga":   {d.done(at(Running, "c", cancelled), Forward), want{state: Compensating, step: "c", undo: []string{"c", "a"}, outcome: Done, goesOn: true}},
		"a step fails":                         {d.failed(at(Running, "b"), Forward, Never, errTest), want{state: Running, step: "b", tried: 1, outcome: Failed, wait: time.Minute}},
		"a step fails for good":                {d.failed(at(Running, "b", tried), Forward, Never, errTest), want{state: Compensating, step: "a", undo: []string{"a"}, outcome: GaveUp, goesOn: true}},
		"a permanent failure":                  {d.failed(at(Running, "b"), Forward, Never, Permanent(errTest)), want{state: Compensating, step: "a", undo: []string{"a"}, outcome: GaveUp, goesOn: true}},
		"a step is lost":                       {d.failed(at(Running, "b"), Forward, Never, ErrLost), want{state: Running, step: "b", tried: 1, lost: 1, outcome: Failed, wait: time.Minute, apart: 2 * time.Second}},
		"a step is lost for good":              {d.failed(at(Running, "b", tried, lost), Forward, Never, ErrLost), want{state: Compensating, step: "a", undo: []string{"a"}, outcome: GaveUp, goesOn: true}},
		"a step fails that was lost":           {d.failed(at(Running, "b", lost), Forward, Never, errTest), want{state: Running, step: "b", tried: 1, lost: 1, outcome: Failed, wait: time.Minute}},
		"a step is done that was lost":         {d.done(at(Running, "a", tried, lost), Forward), want{state: Running, step: "b", outcome: Done, goesOn: true}},
		"a step is put off":                    {putOff(at(Running, "b", tried, lost)), want{state: Running, step: "b", tried: 1, lost: 1, wait: time.Second / 2, apart: time.Second}},
		"a failure out of time":                {d.failed(at(Running, "b"), Forward, 0, errTest), want{state: Compensating, step: "a", undo: []string{"a"}, outcome: GaveUp, goesOn: true}},
		"a failure of a cancelled saga":        {d.failed(at(Running, "b", cancelled), Forward, Never, errTest), want{state: Compensating, step: "a", undo: []string{"a"}, outcome: GaveUp, goesOn: true}},
		"nothing was done":                     {d.failed(at(Running, "a"), Forward, Never, Permanent(errTest)), want{state: Compensated, outcome: GaveUp}},
		"the event came":                       {d.next(at(Waiting, "c", letter(Received)), Never).move, want{state: Completed, outcome: Received}},
		"the event refuses":                    {d.next(at(Waiting, "c", letter(Refused)), Never).move, want{state: Compensating, step: "c", undo: []string{"c", "a"}, outcome: Refused, goesOn: true}},
		"the wait is over":                     {d.next(at(Waiting, "c", func(c *Claim) { c.WaitLeft = -1 }), Never).move, want{state: Compensating, step: "c", undo: []string{"c", "a"}, outcome: Expired, goesOn: true}},
		"the wait goes on":                     {d.next(at(Waiting, "c", func(c *Claim) { c.WaitLeft = time.Second }), Never).move, want{state: Waiting, step: "c", wait: time.Second}},
		"the saga is out of time":              {d.next(at(Running, "b"), 0).move, want{state: Compensating, step: "a", undo: []string{"a"}, outcome: Expired, goesOn: true}},
		"a saga that waits is out of time":     {d.next(at(Waiting, "c"), 0).move, want{state: Compensating, step: "c", undo: []string{"c", "a"}, outcome: Expired, goesOn: true}},
		"the saga is cancelled":                {d.next(at(Running, "c", cancelled), Never).move, want{state: Compensating, step: "a", undo: []string{"a"}, outcome: Cancelled, goesOn: true}},
		"the saga is cancelled at once":        {d.next(at(Running, "a", cancelled), Never).move, want{state: Compensated, outcome: Cancelled}},
		"a compensation is done":               {d.done(at(Compensating, "c", undoing("c", "a")), Compensate), want{state: Compensating, step: "a", undo: []string{"a"}, outcome: Done, kind: Compensate, goesOn: true}},
		"the last compensation is done":        {d.done(at(Compensating, "a", undoing("a")), Compensate), want{state: Compensated, outcome: Done, kind: Compensate}},
		"the last but for what was given up":   {d.done(at(Compensating, "a", undoing("a"), stuck("c")), Compensate), want{state: CompensationFailed, stuck: []string{"c"}, outcome: Done, kind: Compensate}},
		"a compensation fails":                 {d.failed(at(Compensating, "c", undoing("c", "a")), Compensate, 0, errTest), want{state: Compensating, step: "c", tried: 1, undo: []string{"c", "a"}, outcome: Failed, kind: Compensate, wait: time.Minute}},
		"a compensation fails for good":        {d.failed(at(Compensating, "c", undoing("c", "a"), tried), Compensate, 0, errTest), want{state: Compensating, step: "a", undo: []string{"a"}, stuck: []string{"c"}, outcome: GaveUp, kind: Compensate, goesOn: true}},
		"the last compensation fails for good": {d.failed(at(Compensating, "a", undoing("a"), tried), Compensate, 0, errTest), want{state: CompensationFailed, stuck: []string{"a"}, outcome: GaveUp, kind: Compensate}},
		"a compensation that is not there":     {d.next(at(Compensating, "x", undoing("x", "a")), Never).move, want{state: Compensating, step: "a", undo: []string{"a"}, stuck: []string{"x"}, outcome: GaveUp, kind: Compensate, goesOn: true}},
		"there is nothing to undo":             {d.next(at(Compensating, "b", undoing("b", "a")), Never).move, want{state: Compensating, step: "a", undo: []string{"a"}, outcome: Done, kind: Compensate, goesOn: true}},
	} {
		t.Run(name, func(t *testing.T) { c.want.is(t, c.got) })
	}
}

func (w want) is(t *testing.T, m *Move) {
	t.Helper()
	if w.kind == "" {
		w.kind = Forward
	}
	switch {
	case m.State != w.state, m.Step != w.step, m.Attempts != w.tried, m.Lost != w.lost, m.Entry.Outcome != w.outcome, m.Entry.Kind != w.kind, m.continues() != w.goesOn, m.Wait < w.wait, m.Wait > w.wait+w.apart:
		t.Errorf("got %+v, which continues: %t; want %+v", *m, m.continues(), w)
	case !slices.Equal(m.Undo, w.undo), !slices.Equal(m.Stuck, w.stuck):
		t.Errorf("to undo %v, given up %v; want %v, %v", m.Undo, m.Stuck, w.undo, w.stuck)
	case m.Entry.Version != 7:
		t.Errorf("the entry is of version %d", m.Entry.Version)
	}
}

func TestStepsAreAttemptedWhereThereIsSomethingToDo(t *testing.T) {
	d := three()
	for _, c := range []struct {
		state State
		undo  []string
		kind  Kind
	}{{Running, nil, Forward}, {Compensating, []string{"a"}, Compensate}} {
		got := d.next(&Claim{Instance: Instance{State: c.state, Step: "a", Undo: c.undo}}, Never)
		if got.move != nil || got.step != &d.Steps[0] || got.kind != c.kind {
			t.Errorf("%s: %+v", c.state, got)
		}
	}
}

func TestBackoffGrowsToItsLimitAndNoFurther(t *testing.T) {
	r := Retry{Base: time.Second, Max: 10 * time.Second}
	for n := range 100 {
		limit := 10 * time.Second
		if n < 3 {
			limit = time.Second << n
		}
		if got := r.wait(n); got < 0 || got >= limit {
			t.Errorf("after %d failures: %s", n+1, got)
		}
	}
}

func TestDefinitionsThatCannotRunAreRefused(t *testing.T) {
	for name, change := range map[string]func(*Definition){
		"no id":                  func(d *Definition) { d.ID = "" },
		"no start":               func(d *Definition) { d.Start = "" },
		"no steps":               func(d *Definition) { d.Steps = nil },
		"a step without a name":  func(d *Definition) { d.Steps[1].Name = "" },
		"two of a name":          func(d *Definition) { d.Steps[1].Name = "a" },
		"nothing to do":          func(d *Definition) { d.Steps[1].Do = nil },
		"a refusal without wait": func(d *Definition) { d.Steps[1].Refuse = []Awaited{{Type: "y"}} },
	} {
		d := three()
		if err := d.check(); err != nil {
			t.Fatal(err)
		}
		if change(d); d.check() == nil {
			t.Errorf("%s: not refused", name)
		}
	}
}

func TestTheKeysOfStepsNeverChange(t *testing.T) {
	got := keyOf(Ref{Saga: "onboarding", Tenant: "acme", ID: "1"}, "embed", Forward)
	if got.String() != "9ee3ca46-52be-52e0-8b4b-bdb804ba885d" {
		t.Errorf("key %s: what was done under the old one would be done again", got)
	}
	if keyOf(Ref{Saga: "a", ID: "b\" \"c"}, "d", Forward) == keyOf(Ref{Saga: "a", ID: "b"}, "c\" \"d", Forward) {
		t.Error("two steps have one key")
	}
}

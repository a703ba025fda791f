package journey

import (
	"fmt"
	"maps"
	"slices"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime/saga"
)

// LogArea is the area of findings about what is stored.
const LogArea = "log"

// Judge says what of the evidence contradicts the log, and what of the log
// contradicts what writers were told. What brokers hold counts if it was read.
func (e *Evidence) Judge() *Verdict {
	v := &Verdict{Evidence: e}
	e.judgeLog(v)
	known := e.index()
	for _, name := range consumers() {
		e.judgeConsumer(v, name, known)
	}
	e.judgeLetters(v)
	e.judgeEchoes(v)
	e.judgeTrips(v)
	for _, name := range slices.Sorted(maps.Keys(e.Carried)) {
		judgeBroker(v, name, e.Carried[name], known)
	}
	return v
}

// judgeLog demands that what writers were told is there, once.
func (e *Evidence) judgeLog(v *Verdict) {
	there := map[int]int{}
	for i := range e.Log {
		if t := e.Log[i].Type; t == Noted || t == Booked {
			there[e.Log[i].Number]++
		}
	}
	for _, number := range e.Told {
		if there[number] == 0 {
			v.find(LogArea, Lost, "number %d", number)
		}
	}
	for _, number := range slices.Sorted(maps.Keys(there)) {
		if n := there[number]; n > 1 {
			v.find(LogArea, Doubled, "number %d stands there %d times", number, n)
		}
	}
}

// index finds what is stored.
func (e *Evidence) index() map[uuid.UUID]*Entry {
	known := make(map[uuid.UUID]*Entry, len(e.Log))
	for i := range e.Log {
		known[e.Log[i].Event] = &e.Log[i]
	}
	return known
}

// poisoned returns the version of the first poison of each stream that has any.
func (e *Evidence) poisoned() map[string]int64 {
	first := map[string]int64{}
	for i := range e.Log {
		if entry := &e.Log[i]; entry.Poison && first[entry.Stream] == 0 {
			first[entry.Stream] = entry.Version
		}
	}
	return first
}

// passes reports whether a place stands in front of the first poison of its stream.
func passes(poison map[string]int64, p *Place) bool {
	first, any := poison[p.Stream]
	return !any || p.Version < first
}

// ranks demands that each event comes once, and each stream in the order of its
// versions, from the first one on.
type ranks struct {
	area  string
	known map[uuid.UUID]*Entry
	seen  map[uuid.UUID]bool
	last  map[string]int64
}

func newRanks(area string, known map[uuid.UUID]*Entry) *ranks {
	return &ranks{area, known, map[uuid.UUID]bool{}, map[string]int64{}}
}

func (r *ranks) see(v *Verdict, p *Place) {
	entry := r.known[p.Event]
	switch {
	case entry == nil || entry.Place != *p:
		v.find(r.area, Invented, "%+v", *p)
	case r.seen[p.Event]:
		v.find(r.area, Doubled, "%+v", *p)
	case p.Version != r.last[p.Stream]+1:
		v.find(r.area, Disordered, "%+v behind version %d", *p, r.last[p.Stream])
	}
	r.seen[p.Event], r.last[p.Stream] = true, max(p.Version, r.last[p.Stream])
}

func (e *Evidence) judgeConsumer(v *Verdict, name string, known map[uuid.UUID]*Entry) {
	poison, ranks := e.poisoned(), newRanks(name, known)
	shifts := map[string]*shifts{}
	for i := range e.Effects[name] {
		f := &e.Effects[name][i]
		ranks.see(v, &f.Place)
		if !passes(poison, &f.Place) {
			v.find(name, Risen, "%+v", f.Place)
		}
		if shifts[f.Partition] == nil {
			shifts[f.Partition] = newShifts()
		}
		if !shifts[f.Partition].takes(f.Tenure) {
			v.find(name, Woken, "%+v in %s by %s", f.Place, f.Partition, f.Tenure)
		}
	}
	for i := range e.Log {
		if p := &e.Log[i].Place; passes(poison, p) && !ranks.seen[p.Event] {
			v.find(name, Lost, "%+v", *p)
		}
	}
}

// shifts are the tenures of one partition, one after the other.
type shifts struct {
	now  string
	over map[string]bool
}

func newShifts() *shifts { return &shifts{over: map[string]bool{}} }

// takes reports whether a tenure is the present one, or may be the next.
func (s *shifts) takes(tenure string) bool {
	if tenure != s.now {
		s.over[s.now] = true
		s.now = tenure
	}
	return !s.over[tenure]
}

// judgeLetters demands that poison is put aside, with what follows in its stream, and
// nothing else.
func (e *Evidence) judgeLetters(v *Verdict) {
	poison := e.poisoned()
	for _, owner := range slices.Sorted(maps.Keys(e.Letters)) {
		for i := range e.Letters[owner] {
			if p := &e.Letters[owner][i]; passes(poison, p) {
				v.find(owner, Parked, "%+v", *p)
			}
		}
	}
	for _, owner := range append(consumers(), echoing) {
		aside := map[Place]int{}
		for _, p := range e.Letters[owner] {
			if aside[p]++; aside[p] > 1 {
				v.find(owner, Doubled, "letter of %+v", p)
			}
		}
		for i := range e.Log {
			if p := e.Log[i].Place; !passes(poison, &p) && aside[p] == 0 {
				v.find(owner, Lost, "letter of %+v", p)
			}
		}
	}
}

// judgeEchoes demands an answer to each note in front of poison, in their order.
func (e *Evidence) judgeEchoes(v *Verdict) {
	poison := e.poisoned()
	want, got := map[string][]int{}, map[string][]int{}
	for i := range e.Log {
		switch entry := &e.Log[i]; entry.Type {
		case Noted:
			if passes(poison, &entry.Place) {
				want["Echo"+entry.Stream[len("Note"):]] = append(want["Echo"+entry.Stream[len("Note"):]], entry.Number)
			}
		case Echoed:
			got[entry.Stream] = append(got[entry.Stream], entry.Number)
		}
	}
	for stream := range got {
		if want[stream] == nil {
			v.find(echoing, Invented, "%s", stream)
		}
	}
	for _, stream := range slices.Sorted(maps.Keys(want)) {
		compare(v, echoing, stream, got[stream], want[stream])
	}
}

// compare says how one sequence differs from another.
func compare[T comparable](v *Verdict, area, what string, got, want []T) {
	counts := map[T]int{}
	for _, one := range want {
		counts[one]++
	}
	for _, one := range got {
		switch counts[one]--; {
		case counts[one] >= 0:
		case slices.Contains(want, one):
			v.find(area, Doubled, "%v in %s", one, what)
		default:
			v.find(area, Invented, "%v in %s", one, what)
		}
	}
	same := true
	for _, one := range want {
		if counts[one] > 0 {
			v.find(area, Lost, "%v in %s", one, what)
			counts[one]--
			same = false
		}
	}
	if same && len(got) == len(want) && !slices.Equal(got, want) {
		v.find(area, Disordered, "%s is %v, want %v", what, got, want)
	}
}

// judgeTrips demands that each booking has led to a saga that has ended as its fate
// wants it: in the ledger, in the log and in the world.
func (e *Evidence) judgeTrips(v *Verdict) {
	said := map[string][]string{}
	booked := map[string]int{}
	for i := range e.Log {
		switch entry := &e.Log[i]; entry.Type {
		case Stepped:
			said[entry.Stream] = append(said[entry.Stream], string(entry.Kind)+" "+entry.Step)
		case Booked:
			booked[fmt.Sprint(entry.Number)] = entry.Number
		}
	}
	for i := range e.Trips {
		t := &e.Trips[i]
		number, ok := booked[t.ID]
		if !ok {
			v.find(sagaID, Invented, "%s", t.ID)
			continue
		}
		delete(booked, t.ID)
		t.judge(v, fateOf(number), said["Log-"+t.ID])
	}
	for _, id := range slices.Sorted(maps.Keys(booked)) {
		v.find(sagaID, Lost, "%s", id)
	}
}

func (t *Trip) judge(v *Verdict, f fate, said []string) {
	state, done := f.story()
	switch {
	case saga.State(t.State).Open():
		v.find(sagaID, Unended, "%s is %s", t.ID, t.State)
		return
	case t.State != string(state):
		v.find(sagaID, Misled, "%s is %s, want %s", t.ID, t.State, state)
	}
	compare(v, sagaID, "the ledger of "+t.ID, t.Done, done)
	compare(v, sagaID, "the log of "+t.ID, said, done)
	deeds := slices.Clone(t.Deeds)
	slices.Sort(deeds)
	slices.Sort(done)
	compare(v, sagaID, "the deeds of "+t.ID, deeds, done)
}

// story says how a trip ends, and which steps are committed on the way.
func (f fate) story() (state saga.State, done []string) {
	var undone []string
	for _, l := range legs() {
		if l.name == f.breaks {
			slices.Reverse(undone)
			if f.sticks != "" {
				return saga.CompensationFailed, append(done, undone...)
			}
			return saga.Compensated, append(done, undone...)
		}
		done = append(done, string(saga.Forward)+" "+l.name)
		if !l.final && l.name != f.sticks {
			undone = append(undone, string(saga.Compensate)+" "+l.name)
		}
	}
	return saga.Completed, done
}

// judgeBroker demands that partitions hold what is stored: once, and each stream in
// one partition and in its order.
func judgeBroker(v *Verdict, name string, partitions map[string][]Place, known map[uuid.UUID]*Entry) {
	ranks, home := newRanks(name, known), map[string]string{}
	for _, partition := range slices.Sorted(maps.Keys(partitions)) {
		for i := range partitions[partition] {
			p := &partitions[partition][i]
			if home[p.Stream] == "" {
				home[p.Stream] = partition
			}
			if home[p.Stream] != partition {
				v.find(name, Disordered, "%s is in %s and in %s", p.Stream, home[p.Stream], partition)
			}
			ranks.see(v, p)
		}
	}
	for id, entry := range known {
		if !ranks.seen[id] {
			v.find(name, Lost, "%+v", entry.Place)
		}
	}
}

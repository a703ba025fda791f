package lock_test

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/evgen/evgen/schema/lock"
	"github.com/evgen/evgen/schema/model"
)

// linesWithout are the lines of a text for which drop does not hold.
func linesWithout(text string, drop func(line string) bool) string {
	var kept strings.Builder
	for line := range strings.Lines(text) {
		if !drop(line) {
			kept.WriteString(line)
		}
	}
	return kept.String()
}

func faultOf(text string) *lock.Error {
	_, err := lock.Read([]byte(text))
	var fault *lock.Error
	errors.As(err, &fault)
	return fault
}

// twice is a lock with two releases, and what it was after the first.
func twice(t *testing.T) (first, second *lock.Lock) {
	first = released(t, modelOf(t, place, "package: memory\nevents: {Moved: {key: place.name, versions: {1: {fields: {place: Place}}}}}\n"))
	second, _ = lock.Release(first, modelOf(t, twoVersions, place))
	if len(second.Batches) != 2 {
		t.Fatalf("%d batches", len(second.Batches))
	}
	return first, second
}

func TestAnEntryThatIsTakenOutIsMissed(t *testing.T) {
	_, l := twice(t)
	for i, e := range l.Entries {
		without := lock.Lock{Entries: slices.Delete(slices.Clone(l.Entries), i, i+1), Batches: l.Batches}
		fault := faultOf(string(without.Bytes()))
		if want := string(e.Kind) + " " + e.ID(); fault == nil || fault.Fault != lock.Incomplete || fault.Entry != want {
			t.Errorf("without %s: %v", want, fault)
		}
		naming := linesWithout(string(l.Bytes()), func(line string) bool { return strings.Contains(line, e.ID()) })
		if faultOf(naming) == nil {
			t.Errorf("without any line that names %s: nothing is missed", e.ID())
		}
	}
}

func TestABatchThatIsTakenOutIsMissed(t *testing.T) {
	_, l := twice(t)
	id := l.Batches[0].ID
	fault := faultOf(linesWithout(string(l.Bytes()), func(line string) bool { return strings.HasPrefix(line, "release "+id) }))
	if fault == nil || fault.Fault != lock.Incomplete || fault.Entry != "release "+id {
		t.Errorf("got %v", fault)
	}
}

func TestALineOfABatchThatIsTakenOutIsMissed(t *testing.T) {
	_, l := twice(t)
	for line := range strings.Lines(string(l.Bytes())) {
		if strings.HasPrefix(line, "release ") && faultOf(linesWithout(string(l.Bytes()), func(other string) bool { return other == line })) == nil {
			t.Errorf("without %q nothing is missed", line)
		}
	}
}

// TestAnEarlierLockIsWholeAndLacksWhatALaterOneHas: of itself it cannot be told from one that nothing was added to.
func TestAnEarlierLockIsWholeAndLacksWhatALaterOneHas(t *testing.T) {
	first, second := twice(t)
	if got := ids(lock.Lost(second, first)); !strings.HasPrefix(got, "event memory.Created@1, event memory.Created@2, ") {
		t.Errorf("lost %s", got)
	}
	if lost := lock.Lost(first, second); len(lost) > 0 {
		t.Errorf("what was only added to lost %s", ids(lost))
	}
	if got := len(lock.Lost(second, nil)); got != len(second.Entries) {
		t.Errorf("without a lock %d entries are lost, of %d", got, len(second.Entries))
	}
}

// formatOne is a lock as it was written before there were batches.
func formatOne(l *lock.Lock) string {
	text := strings.Replace(string(l.Bytes()), "format 2", "format 1", 1)
	return linesWithout(text, func(line string) bool {
		return line == "end\n" || strings.HasPrefix(line, "release ") || regexp.MustCompile(`^[^ ]+ name `).MatchString(line)
	})
}

func TestLocksOfTheFirstFormatAreReadAndGuardedByTheNextRelease(t *testing.T) {
	schema := strings.Replace(strings.Replace(twoVersions, "was: [Old, Older], ", "", 1), "    upcast: {into: [Remade: {text: {from: what}}], drop: [who, at]}\n", "", 1)
	m := modelOf(t, schema, place)
	l, err := lock.Read([]byte(formatOne(released(t, m))))
	if err != nil {
		t.Fatal(err)
	}
	if found, err := lock.Check(l, modelOf(t, twoVersions, place)); err != nil || len(found) > 0 {
		t.Errorf("a promise that the lock never held is missed: %v %v", found, err)
	}
	if l.IsGuarded() {
		t.Error("the entries are said to be guarded")
	}
	next, added := lock.Release(l, m)
	if len(added) > 0 || !next.IsGuarded() {
		t.Errorf("added %s, guarded %t", ids(added), next.IsGuarded())
	}
	if lost := lock.Lost(l, next); len(lost) > 0 {
		t.Errorf("the new format rewrote %s", ids(lost))
	}
}

// TestAnEventMayBeRenamedAndReleasedAgain, and back: its versions stand in the lock under both names, and are one event.
func TestAnEventMayBeRenamedAndReleasedAgain(t *testing.T) {
	called := func(name, more string) *model.Model {
		return modelOf(t, "package: p\nevents: {"+name+": {"+more+"key: a, versions: {1: {fields: {a: string}}}}}\n")
	}
	l := released(t, called("A", ""))
	for _, step := range []struct{ name, was, forgets string }{
		{"B", "was: A, ", ""}, {"C", "was: [A, B], ", "was: [A], "}, {"A", "was: [B, C], ", "was: [B], "}, {"A", "type: p.a, was: [p.A, p.B, p.C], ", "type: p.a, was: [p.B, p.C], "},
		{"A", "type: p.b, was: [p.A, p.a, p.B, p.C], ", "type: p.b, was: [p.A, p.B, p.C], "},
	} {
		m := called(step.name, step.was)
		if found, err := lock.Check(l, m); err != nil || len(found) > 0 {
			t.Fatalf("%s before its release: %v %v", step.name, found, err)
		}
		l, _ = lock.Release(l, m)
		if found, err := lock.Check(l, m); err != nil || len(found) > 0 {
			t.Fatalf("%s after its release: %v %v\n%s", step.name, found, err, l.Bytes())
		}
		found, err := lock.Check(l, called(step.name, step.forgets))
		if err != nil || len(found) == 0 || found[0].Rule != "released-version-removed" {
			t.Errorf("%s forgets a name, and nothing is missed: %v %v", step.name, found, err)
		}
	}
}

// TestWhatBecomesOfFactsIsPromisedOnceAllTargetsAreReleased, for a lock holds no drafts.
func TestWhatBecomesOfFactsIsPromisedOnceAllTargetsAreReleased(t *testing.T) {
	draft := strings.Replace(twoVersions, "versions: {1: {fields: {text: string}}}", "versions: {1: {draft: true, fields: {text: string}}}", 1)
	l, _ := lock.Release(nil, modelOf(t, draft, place))
	if l.Find(lock.Into, "memory.Made@1") != nil {
		t.Error("a draft is a target in the lock")
	}
	if _, err := l.Model(); err != nil {
		t.Error(err)
	}
	l, _ = lock.Release(l, modelOf(t, twoVersions, place))
	if l.Find(lock.Into, "memory.Made@1") == nil {
		t.Error("the promise is not in the lock")
	}
}

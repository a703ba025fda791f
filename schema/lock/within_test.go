package lock_test

import (
	"testing"

	"github.com/evgen/evgen/schema/compat"
	"github.com/evgen/evgen/schema/lock"
)

func TestWhatIsWithinTheLockIsWhatTheLockHolds(t *testing.T) {
	m := modelOf(t, twoVersions, place)
	l := released(t, m)
	part := l.Within(m)
	if part == nil {
		t.Fatal("nothing changed, and the lock is said to differ")
	}
	old, err := l.Model()
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for _, p := range old.Packages {
		for _, e := range p.Events {
			count += len(e.Versions)
		}
	}
	for _, p := range part.Packages {
		for _, e := range p.Events {
			count -= len(e.Versions)
		}
	}
	if count != 0 {
		t.Errorf("the lock holds %d versions more", count)
	}
	for _, c := range compat.Diff(old, part) {
		t.Errorf("%s %s differs", c.Kind, c.Path)
	}
}

func TestNothingIsWithinALockThatDiffers(t *testing.T) {
	l := released(t, modelOf(t, twoVersions, place))
	if l.Within(modelOf(t, twoVersions, "package: memory\ntypes:\n  Place: {fields: {name: string}}\n")) != nil {
		t.Error("a type was edited, and nothing is said to differ")
	}
}

func TestANewVersionIsNotWithinTheLock(t *testing.T) {
	l, _ := lock.Release(nil, modelOf(t, place, "package: memory\nevents:\n  Moved: {key: place.name, versions: {1: {fields: {place: Place}}}}\n"))
	part := l.Within(modelOf(t, twoVersions, place))
	if part == nil || len(part.Packages) != 1 || len(part.Packages[0].Events) != 1 {
		t.Fatalf("want the event that was released alone, got %v", part)
	}
}

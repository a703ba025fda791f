package system_test

import (
	"testing"

	"github.com/evgen/evgen/examples/memory/system"
	"github.com/evgen/evgen/runtime/saga"
)

func TestEachPromiseCanBeBroken(t *testing.T) {
	kept := system.Figures{Facts: 3, Messages: 3, Words: 1, Rows: 1, Notes: 1, Sagas: map[saga.State]int{saga.Completed: 2, saga.Compensated: 1}}
	if broken := kept.Broken(); len(broken) != 0 {
		t.Errorf("%q", broken)
	}
	for want, f := range map[string]system.Figures{
		"2 facts or effects are lost":             {Lost: 2},
		"1 effects took place twice":              {Twice: 1},
		"3 events could not be handled":           {Letters: 3},
		"the parts are 4 events behind":           {Lag: 4},
		"2 consolidations did not come to an end": {Sagas: map[saga.State]int{saga.Running: 1, saga.Waiting: 1}},
		"1 consolidations could not be undone":    {Sagas: map[saga.State]int{saga.CompensationFailed: 1}},
	} {
		if broken := f.Broken(); len(broken) != 1 || broken[0] != want {
			t.Errorf("%q, want %q", broken, want)
		}
	}
}

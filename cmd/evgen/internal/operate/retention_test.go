package operate_test

import (
	"fmt"
	"strings"
	"testing"
)

// months fills a store with events whose recording is a month apart, beginning in January 2026.
func (o *operator) months(n int) {
	o.Helper()
	var lines strings.Builder
	for i := 1; i <= n; i++ {
		lines.WriteString(strings.Replace(line(i, "MemoryForgotten", fmt.Sprintf("Memory-%d", i%3), `{"reason":"x"}`),
			`"recorded_at":"2026-01-31`, fmt.Sprintf(`"recorded_at":"2026-%02d-15`, i), 1))
	}
	o.write("months.jsonl", lines.String())
	o.evgen(0, "store", "import", "months.jsonl")
}

func TestRetentionRemovesWhatEverybodyHasRead(t *testing.T) {
	o := newOperator(t)
	o.evgen(0, "store", "migrate")
	o.months(6)
	stop := o.serve()
	o.until(`^forgotten +1 +live +6 +0 `, "projections", "list")
	out := o.evgen(1, "store", "retain", "--before", "2026-04-01", "--dry-run")
	if !strings.Contains(out, "would remove 3 events (42 bytes of payload) of 3 streams, all below position 4") || !strings.Contains(out, "  3 memory.MemoryForgotten") {
		t.Errorf("dry run: %s", out)
	}
	if out := o.evgen(2, "store", "retain", "--before", "4"); !strings.Contains(out, "this removes 3 events") || !strings.Contains(out, "say --yes") {
		t.Errorf("unasked: %s", out)
	}
	o.prints(`"from":4,"first":0,"events":3,"bytes":42,"streams":3,"types":\{"memory.MemoryForgotten":3\},"held_by":\[\],"done":true\}$`,
		"store", "retain", "--before", "2026-04-01", "--utc", "--yes", "--json")
	o.prints(`^there is nothing to remove$`, "store", "retain", "--before", "2026-04-01", "--yes")
	o.prints(`^ +4 `, "store", "tail")
	o.prints("^3 events in 3 streams", "store", "verify")

	stop()
	o.write("more.jsonl", line(99, "MemoryForgotten", "Memory-9", `{"reason":"x"}`))
	o.evgen(0, "store", "import", "more.jsonl")
	if out := o.evgen(1, "store", "retain", "--before", "100", "--yes"); !strings.Contains(out, "forgotten v1 has come to position 6 only") {
		t.Errorf("held: %s", out)
	}
	o.prints("^4 events in 4 streams", "store", "verify")
	o.prints("removed 3 events", "store", "retain", "--before", "7", "--yes")
}

func TestRetentionByPartitionsDropsWholeOnes(t *testing.T) {
	o := newOperator(t)
	o.evgen(0, "store", "migrate", "--partitions", "4")
	o.months(6)
	if out := o.evgen(1, "store", "retain", "--before", "6", "--partition", "--dry-run"); !strings.Contains(out, "would remove 3 events") || !strings.Contains(out, "nobody is known") {
		t.Errorf("dry run: %s", out)
	}
	o.prints("removed 3 events .* below position 4$", "store", "retain", "--before", "6", "--partition", "--yes")
	o.prints("^3 events in 3 streams", "store", "verify")
	o.prints("^there is nothing to remove", "store", "retain", "--before", "7", "--partition", "--yes")
}

func TestRetentionNeedsABoundary(t *testing.T) {
	o := newOperator(t)
	o.evgen(0, "store", "migrate")
	for before, want := range map[string]string{"yesterday": "neither a position nor a time", "0": "positions count from 1"} {
		if out := o.evgen(2, "store", "retain", "--before", before); !strings.Contains(out, want) {
			t.Errorf("before %s: %s", before, out)
		}
	}
	if out := o.evgen(2, "store", "retain", "--before", "5", "--partition"); !strings.Contains(out, "has no partitions") {
		t.Errorf("no partitions: %s", out)
	}
}

func TestANewLifeStopsReadModelsOfTheOneBefore(t *testing.T) {
	o := newOperator(t)
	o.evgen(0, "store", "migrate")
	o.months(3)
	o.serve()
	o.until(`^forgotten +1 +live +3 +0 `, "projections", "list")
	o.prints(`has begun a new life at position 3`, "store", "restored", "--yes")
	o.until(`paused: .*rebuild the projection`, "projections", "lag")
	o.prints(`caught up`, "projections", "rebuild", "forgotten")
	o.prints(`^forgotten v2 is live`, "projections", "swap", "forgotten")
}

package runtimetest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/evgen/evgen/runtime"
)

func compareEvents(t testing.TB, got, want []runtime.Event) {
	t.Helper()
	if diff := cmp.Diff(lines(t, want), lines(t, got)); diff != "" {
		t.Errorf("decided events (-want +got):\n%s", diff)
	}
}

func describe(t testing.TB, events []runtime.Event) string {
	t.Helper()
	return strings.Join(lines(t, events), "\n")
}

// lines writes events out one field a line, so that a difference names the field.
func lines(t testing.TB, events []runtime.Event) []string {
	t.Helper()
	var out []string
	for i, event := range events {
		data, err := event.AppendJSON(nil)
		if err != nil {
			t.Errorf("event %d (%s) does not encode: %v", i, event.EventType(), err)
			continue
		}
		var pretty bytes.Buffer
		if err := json.Indent(&pretty, data, "", "  "); err != nil {
			t.Errorf("event %d (%s) encodes to what is not JSON: %v", i, event.EventType(), err)
			continue
		}
		head := fmt.Sprintf("%s version %d: ", event.EventType(), event.EventVersion())
		out = append(out, strings.Split(head+pretty.String(), "\n")...)
	}
	return out
}

// compareStates looks into unexported fields too: states are the test's own.
func compareStates[S any](t testing.TB, got, want S) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmp.Exporter(func(reflect.Type) bool { return true })); diff != "" {
		t.Errorf("state (-want +got):\n%s", diff)
	}
}

package resolve_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/resolve"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax"
)

// timeoutOf returns the timeout of a saga as it is resolved, or the rule of the first fault.
func timeoutOf(written string) (time.Duration, string) {
	text := fmt.Sprintf("package: shop\nevents: {Placed: {versions: {1: {fields: {order: uuid}}}}}\n"+
		"sagas: {Ship: {start: Placed, correlate: order, timeout: %q, steps: [{name: pack}]}}\n", written)
	rep := &diag.Report{}
	m := resolve.Resolve([]*syntax.Document{syntax.Parse(source.NewFile("shop.yaml", []byte(text)), rep)}, rep)
	if m == nil {
		return 0, rep.Sorted()[0].Rule
	}
	return sagaOf(m).Timeout, ""
}

func sagaOf(m *model.Model) *model.Saga { return m.Packages[0].Sagas[0] }

func TestDurationsAreReadInBothForms(t *testing.T) {
	for written, want := range map[string]time.Duration{
		"90s": 90 * time.Second, "2h30m": 150 * time.Minute, "1ms": time.Millisecond, "PT10M": 10 * time.Minute, "P1D": 24 * time.Hour,
		"P2W": 14 * 24 * time.Hour, "P1DT1H": 25 * time.Hour, "PT1,5S": 1500 * time.Millisecond, "PT0.25S": 250 * time.Millisecond,
	} {
		if got, fault := timeoutOf(written); got != want || fault != "" {
			t.Errorf("%s is %s, %s", written, got, fault)
		}
	}
	for _, written := range []string{"soon", "-3m", "0s", "PT0S", "P", "PT", "P1M", "P1Y", "-PT1M", "P99999999999W", "1", "PT1S1M"} {
		if got, fault := timeoutOf(written); fault != "bad-duration" {
			t.Errorf("%s is %s, %q", written, got, fault)
		}
	}
}

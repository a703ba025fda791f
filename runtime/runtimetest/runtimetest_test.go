package runtimetest_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/internal/sampleevents"
	"github.com/evgen/evgen/runtime/runtimetest"
)

// order is the state of the tests; its fields are not exported on purpose.
type order struct {
	cents   int64
	shipped bool
	at      time.Time
}

type evolver struct{}

func (evolver) OrderPlaced(s order, e runtime.Envelope[sampleevents.OrderPlaced]) order {
	s.cents, s.at = e.Data.AmountCents, e.OccurredAt
	return s
}

func (evolver) OrderShipped(s order, _ runtime.Envelope[sampleevents.OrderShipped]) order {
	s.shipped = true
	return s
}

func (evolver) OrderCancelled(s order, _ runtime.Envelope[sampleevents.OrderCancelled]) order {
	s.cents = 0
	return s
}

var errShipped = errors.New("shipped already")

func ship(s order) ([]runtime.Event, error) {
	if s.shipped {
		return nil, errShipped
	}
	return []runtime.Event{sampleevents.OrderShipped{Carrier: "DHL"}}, nil
}

func aggregate() runtime.Aggregate[order] { return sampleevents.OrderAggregate(evolver{}) }

var noon = time.Date(2024, 5, 6, 12, 0, 0, 0, time.UTC)

func TestScenariosThatHold(t *testing.T) {
	old := sampleevents.OrderPlacedV1{Customer: "Ada", Total: 700}
	runtimetest.Given(t, aggregate()).At(noon).And(old).
		ThenState(order{cents: 700, at: noon}).
		When(ship).
		Then(sampleevents.OrderShipped{Carrier: "DHL"}).
		ThenState(order{cents: 700, shipped: true, at: noon})
	runtimetest.Given(t, aggregate(), old, sampleevents.OrderReturnedV1{Carrier: "UPS"}).
		When(ship).
		ThenError(errShipped)
	runtimetest.Given(t, aggregate()).
		When(func(order) ([]runtime.Event, error) { return nil, &runtime.RetiredError{Type: "x"} }).
		ThenErrorAs(new(*runtime.RetiredError))
	runtimetest.Given(t, aggregate()).
		When(func(order) ([]runtime.Event, error) { return nil, nil }).
		Then()
}

// failures records what a scenario that does not hold reports.
type failures struct {
	testing.TB
	said []string
}

func (f *failures) Helper() {}

func (f *failures) Errorf(format string, args ...any) {
	f.said = append(f.said, fmt.Sprintf(format, args...))
}

func TestScenariosThatDoNotHoldSayWhatDiffers(t *testing.T) {
	decide := func(events ...runtime.Event) runtime.Decide[order] {
		return func(order) ([]runtime.Event, error) { return events, nil }
	}
	refuse := func(order) ([]runtime.Event, error) { return nil, errShipped }
	for name, c := range map[string]struct {
		run  func(t testing.TB)
		says string
	}{
		"another event": {func(t testing.TB) {
			runtimetest.Given(t, aggregate()).When(ship).Then(sampleevents.OrderShipped{Carrier: "UPS"})
		}, `UPS`},
		"another version": {func(t testing.TB) {
			runtimetest.Given(t, aggregate()).When(decide(sampleevents.OrderPlacedV1{})).Then(sampleevents.OrderPlacedV2{})
		}, "version 2"},
		"too many": {func(t testing.TB) { runtimetest.Given(t, aggregate()).When(ship).Then() }, "DHL"},
		"an invalid event": {func(t testing.TB) {
			runtimetest.Given(t, aggregate()).When(decide(sampleevents.OrderPlaced{})).Then(sampleevents.OrderPlaced{})
		}, "would be refused"},
		"an error instead": {func(t testing.TB) { runtimetest.Given(t, aggregate()).When(refuse).Then() }, "shipped already"},
		"no error": {func(t testing.TB) {
			runtimetest.Given(t, aggregate()).When(decide()).ThenError(errShipped)
		}, "want: shipped already"},
		"events beside an error": {func(t testing.TB) {
			both := func(order) ([]runtime.Event, error) {
				return []runtime.Event{sampleevents.OrderShipped{}}, errShipped
			}
			runtimetest.Given(t, aggregate()).When(both).ThenError(errShipped)
		}, "beside the error"},
		"another error type": {func(t testing.TB) {
			runtimetest.Given(t, aggregate()).When(refuse).ThenErrorAs(new(*runtime.RetiredError))
		}, "RetiredError"},
		"another state": {func(t testing.TB) {
			runtimetest.Given(t, aggregate(), sampleevents.OrderShipped{}).ThenState(order{})
		}, "shipped"},
	} {
		t.Run(name, func(t *testing.T) {
			f := &failures{TB: t}
			c.run(f)
			if len(f.said) == 0 || !strings.Contains(strings.Join(f.said, "\n"), c.says) {
				t.Errorf("reported %q, want something with %q", f.said, c.says)
			}
		})
	}
}

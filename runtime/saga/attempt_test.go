package saga_test

import (
	"context"
	"errors"
	"testing"

	"github.com/evgen/evgen/runtime"
	orders "github.com/evgen/evgen/runtime/internal/sampleevents"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/saga"
)

// counter is the state of a saga, parcel what it emits.
type (
	counter struct{ Taken int }
	parcel  string
	attempt = saga.Attempt[orders.OrderPlaced, counter, parcel]
)

func (p parcel) emission() saga.Emission {
	return saga.Emission{Stream: runtime.StreamOf("Parcel", string(p))}
}

func runOf(data runtime.Event) *saga.Run {
	return &saga.Run{Ref: saga.Ref{Saga: "ship", ID: "1"}, Step: "pack", Attempt: 2, Start: projection.Fact{Data: data}}
}

func TestATypedStepSeesTheStateThatTheLastOneLeft(t *testing.T) {
	step := saga.Typed(func(_ context.Context, a *attempt) error {
		if a.ID != "1" || a.Step != "pack" || a.Attempt != 2 || a.Start.Data.Customer != "ada" {
			t.Errorf("attempt %+v", a)
		}
		a.State.Taken++
		a.Emit(parcel("a"), parcel("b"))
		return nil
	}, parcel.emission)
	run := runOf(orders.OrderPlaced{Customer: "ada"})
	for range 2 {
		if err := step(t.Context(), run); err != nil {
			t.Fatal(err)
		}
	}
	if string(run.State) != `{"Taken":2}` {
		t.Errorf("state %s", run.State)
	}
}

func TestATypedStepThatFailsLeavesTheStateAsItWas(t *testing.T) {
	failure := errors.New("no tape")
	step := saga.Typed(func(_ context.Context, a *attempt) error {
		a.State.Taken = 9
		return failure
	}, parcel.emission)
	run := runOf(orders.OrderPlaced{})
	if err := step(t.Context(), run); !errors.Is(err, failure) || run.State != nil {
		t.Errorf("state %s, %v", run.State, err)
	}
}

func TestATypedStepRefusesASagaThatBeganOtherwise(t *testing.T) {
	step := saga.Typed(func(context.Context, *attempt) error { t.Error("the step was taken"); return nil }, parcel.emission)
	if err := step(t.Context(), runOf(orders.OrderShipped{})); err == nil {
		t.Error("no error")
	}
}

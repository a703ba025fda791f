package journey

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/evgen/evgen/internal/faults"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/saga"
)

// sagaID is that of the saga which Booked begins.
const sagaID = "trip"

// fate is what becomes of a trip, which follows from its number.
type fate struct {
	// breaks is the step that fails for good, sticks the compensation that does.
	breaks, sticks string
}

func fateOf(number int) fate {
	return [...]fate{{}, {}, {}, {breaks: "hotel"}, {breaks: "insurance"}, {breaks: "flight"}, {breaks: "flight", sticks: "car"}, {}}[number%8]
}

// leg is a step of a trip: some cannot be undone.
type leg struct {
	name  string
	final bool
}

// legs are in the order in which they are taken.
func legs() []leg {
	return []leg{{name: "car"}, {name: "hotel"}, {"insurance", true}, {name: "flight"}}
}

var errBroken = errors.New("broken, as its number wants it")

// errChance is one that passes.
var errChance = errors.New("failed by chance")

// trip returns the saga. What its steps do to the world is written to deeds, by their keys.
func trip(world *pgxpool.Pool) saga.Definition {
	often := saga.Retry{Attempts: 1000, Base: 5 * time.Millisecond, Max: 100 * time.Millisecond}
	d := saga.Definition{ID: sagaID, Digest: "1", Start: Booked, Key: func(f *projection.Fact) string { return f.Stream.ID() }}
	for _, l := range legs() {
		step := saga.Step{Name: l.name, Retry: often, Undo: often, Do: func(ctx context.Context, r *saga.Run) error {
			return take(ctx, world, r, func(f fate) bool { return f.breaks == r.Step })
		}}
		if !l.final {
			step.Compensate = func(ctx context.Context, r *saga.Run) error {
				return take(ctx, world, r, func(f fate) bool { return f.sticks == r.Step })
			}
		}
		d.Steps = append(d.Steps, step)
	}
	return d
}

// take takes a step, or undoes it, unless it breaks.
func take(ctx context.Context, world *pgxpool.Pool, r *saga.Run, breaks func(fate) bool) error {
	number := r.Start.Data.(Happening).Number
	switch {
	case breaks(fateOf(number)):
		return saga.Permanent(errBroken)
	case rand.N(20) == 0:
		return errChance
	}
	if err := deed(ctx, world, r); err != nil {
		return err
	}
	if rand.N(200) == 0 { // longer than the lease: the claim has to be prolonged
		faults.Pause(ctx, 2*lease)
	}
	r.Emit(saga.Emission{
		Stream: runtime.StreamOf("Log", r.ID),
		Event:  Happening{Type: Stepped, Number: number, Step: r.Step, Kind: r.Kind},
	})
	return ctx.Err()
}

// the primary key
const insertDeed = `INSERT INTO deeds (key, trip, step, kind) VALUES ($1, $2, $3, $4) ON CONFLICT (key) DO UPDATE SET times = deeds.times + 1`

// deed does something to the world, once for each key, trying until it is done.
func deed(ctx context.Context, world *pgxpool.Pool, r *saga.Run) error {
	for {
		_, err := world.Exec(ctx, insertDeed, r.Key, r.ID, r.Step, string(r.Kind))
		if err == nil || ctx.Err() != nil {
			return err
		}
		faults.Pause(ctx, 50*time.Millisecond)
	}
}

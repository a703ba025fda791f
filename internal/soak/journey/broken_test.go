package journey_test

import (
	"context"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/internal/soak/journey"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/delivery"
	"github.com/evgen/evgen/runtime/pgmodel"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/reaction"
	"github.com/evgen/evgen/runtime/saga"
)

// The names of what is broken on purpose.
const (
	hasty     = "consumers that acknowledge before they commit"
	forgetful = "a relay that passes messages over"
	twofold   = "sagas that commit steps twice"
)

// tampered breaks a process.
func tampered(name string) journey.Tampering {
	return map[string]journey.Tampering{
		hasty: {Models: func(db projection.Database[*pgmodel.Tx]) projection.Database[*pgmodel.Tx] {
			return &acknowledgesFirst{Database: db}
		}},
		forgetful: {Sink: func(s delivery.Sink) delivery.Sink { return passesOver{s} }},
		twofold: {
			Sagas:  func(db saga.Database[*pgmodel.Tx]) saga.Database[*pgmodel.Tx] { return commitsTwice{db} },
			Append: underNewIDs,
		},
	}[name]
}

// broken travels with something that is broken, and without any trouble.
func broken(t *testing.T, name string) *journey.Verdict {
	t.Helper()
	return travel(t, journey.Plan{Length: 3 * time.Second, Pace: 30 * time.Millisecond, Patience: time.Second, Tampered: name}).Verdict
}

func TestJudgesCatchAConsumerThatAcknowledgesBeforeItCommits(t *testing.T) {
	v := broken(t, hasty)
	for _, name := range []string{"nats_pg", "kafka_pg"} {
		if v.Count(name, journey.Lost) == 0 {
			t.Errorf("%s has lost nothing", name)
		}
	}
}

// acknowledgesFirst commits what consumers have read before what they have done. Now
// and then that fails.
type acknowledgesFirst struct {
	projection.Database[*pgmodel.Tx]
	batches atomic.Int64
}

func (d *acknowledgesFirst) Transact(ctx context.Context, v projection.Version, fn func(tx *pgmodel.Tx, l projection.Ledger) error) error {
	if !strings.Contains(v.ID, ".") { // it is no partition
		return d.Database.Transact(ctx, v, fn)
	}
	return d.Database.Transact(ctx, v, func(tx *pgmodel.Tx, _ projection.Ledger) error {
		err := d.Database.Ledger(ctx, func(l projection.Ledger) error { return fn(tx, l) })
		if err == nil && d.batches.Add(1)%5 == 0 {
			err = projection.ErrFenced
		}
		return err
	})
}

func TestJudgesCatchARelayThatPassesMessagesOver(t *testing.T) {
	v := broken(t, forgetful)
	for _, area := range []string{"JetStream", "Kafka", "nats_pg", "kafka_file"} {
		if v.Count(area, journey.Lost) == 0 {
			t.Errorf("%s has lost nothing", area)
		}
	}
}

type passesOver struct{ delivery.Sink }

func (s passesOver) Open(ctx context.Context, owner delivery.Owner) (delivery.Writer, error) {
	w, err := s.Sink.Open(ctx, owner)
	if err != nil {
		return nil, err
	}
	return forgets{w}, nil
}

type forgets struct{ delivery.Writer }

func (w forgets) Write(ctx context.Context, messages []delivery.Message) (int, error) {
	if rand.N(4) > 0 || len(messages) == 0 {
		return w.Writer.Write(ctx, messages)
	}
	n, err := w.Writer.Write(ctx, messages[:len(messages)-1])
	if err == nil {
		n++
	}
	return n, err
}

func TestJudgesCatchASagaThatCommitsAStepTwice(t *testing.T) {
	v := broken(t, twofold)
	if v.Count("trip", journey.Doubled) == 0 {
		t.Error("no step was there twice")
	}
}

// commitsTwice has every emission appended twice, which ids keep from having an
// effect: see underNewIDs.
type commitsTwice struct{ saga.Database[*pgmodel.Tx] }

func (d commitsTwice) Commit(ctx context.Context, m *saga.Move, emit func(ctx context.Context, tx *pgmodel.Tx) error) error {
	if emit == nil {
		return d.Database.Commit(ctx, m, nil)
	}
	return d.Database.Commit(ctx, m, func(ctx context.Context, tx *pgmodel.Tx) error {
		if err := emit(ctx, tx); err != nil {
			return err
		}
		return emit(ctx, tx)
	})
}

func underNewIDs(inner reaction.AppendIn[*pgmodel.Tx]) reaction.AppendIn[*pgmodel.Tx] {
	return func(ctx context.Context, tx *pgmodel.Tx, appends []runtime.Appending) ([]runtime.Appended, error) {
		for i := range appends {
			appends[i].Cause = appends[i].Cause.WithCommand(uuid.New())
		}
		return inner(ctx, tx, appends)
	}
}

package soak

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/evgen/evgen/internal/faults"
	"github.com/evgen/evgen/internal/testimony"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/postgres"
)

// writer appends in all the ways there are.
type writer struct {
	*world
	witness *testimony.Witness
	random  *rand.Rand
	// version is that of the writer's own stream, as far as it knows.
	version runtime.StreamVersion
}

func (w *world) writer(witness *testimony.Witness) *writer {
	return &writer{world: w, witness: witness, random: w.random(len(w.witnesses))}
}

// hot streams are those that all writers share.
const hot = 24

func (w *writer) run() {
	for w.writing.Err() == nil {
		var err error
		switch n := w.random.IntN(100); {
		case n < 38:
			err = w.append(w.following, w.stream(), runtime.ExpectAny(), w.size())
		case n < 46:
			err = w.impatient()
		case n < 54:
			err = w.expecting()
		case n < 66:
			err = w.command()
		case n < 67:
			err = w.imports()
		default:
			err = w.transaction()
		}
		if err != nil {
			faults.Pause(w.writing, 20*time.Millisecond)
		}
		faults.Pause(w.writing, time.Duration(w.random.IntN(3000))*time.Microsecond)
	}
}

func (w *writer) stream() runtime.StreamID {
	if w.random.IntN(4) == 0 {
		return w.own()
	}
	return runtime.StreamOf("Soak", fmt.Sprint("hot-", w.random.IntN(hot)))
}

func (w *writer) own() runtime.StreamID { return streamOf(w.witness) }

func streamOf(w *testimony.Witness) runtime.StreamID {
	return runtime.StreamOf("Soak", fmt.Sprint("own-", w.Writer()))
}

func (w *writer) size() int {
	if w.random.IntN(3) > 0 {
		return 1
	}
	return 2 + w.random.IntN(5)
}

// append notes what it is told.
func (w *writer) append(ctx context.Context, stream runtime.StreamID, expect runtime.Expect, n int) error {
	unit := w.witness.Begin()
	part := unit.Intend(stream, n)
	out, err := w.store.Append(ctx, stream, expect, runtime.Root(), part.Events()...)
	w.settle(unit, part, out, err)
	return err
}

func (w *writer) settle(unit *testimony.Unit, part *testimony.Part, out runtime.Appended, err error) {
	var unknown *postgres.UnknownOutcomeError
	switch {
	case err == nil:
		part.At(out)
		unit.Settle(testimony.Written)
		w.figures.written.Add(1)
	case errors.As(err, &unknown):
		w.figures.unknown.Add(1)
	default:
		unit.Settle(testimony.Refused)
		w.figures.refused.Add(1)
	}
}

// impatient gives up after a moment.
func (w *writer) impatient() error {
	ctx, cancel := context.WithTimeout(w.following, time.Duration(w.random.IntN(4000))*time.Microsecond)
	defer cancel()
	err := w.append(ctx, w.stream(), runtime.ExpectAny(), w.size())
	if errors.Is(err, context.DeadlineExceeded) {
		w.figures.cancelled.Add(1)
		return nil
	}
	return err
}

// expecting expects what it last heard of its stream, which its other appends have moved.
func (w *writer) expecting() error {
	err := w.append(w.following, w.own(), runtime.ExpectVersion(max(w.version, 1)), 1)
	var conflict *runtime.ConflictError
	if errors.As(err, &conflict) {
		w.figures.conflicts.Add(1)
		w.version = conflict.Actual
		return nil
	}
	if err == nil {
		w.version++
	}
	return err
}

// command repeats itself until it is written, and once more for good measure.
func (w *writer) command() error {
	unit := w.witness.Begin()
	stream := w.stream()
	part := unit.Intend(stream, w.size())
	cause := runtime.Root().WithCommand(uuid.New())
	again := w.random.IntN(2)
	for {
		out, err := w.store.Append(w.following, stream, runtime.ExpectAny(), cause, part.Events()...)
		switch {
		case err == nil && again == 0:
			w.settle(unit, part, out, nil)
			return nil
		case err == nil:
			again--
		case w.following.Err() != nil:
			return err // unknown
		default:
			faults.Pause(w.following, 20*time.Millisecond)
		}
		w.figures.repeated.Add(1)
	}
}

// imports repeats an import until it is through.
func (w *writer) imports() error {
	unit := w.witness.Begin()
	stream := runtime.StreamOf("Soak", "imported-"+uuid.NewString())
	part := unit.Intend(stream, 20)
	records := testimony.Records(stream, part.Events())
	for w.following.Err() == nil {
		if _, err := w.store.Import(w.following, records); err == nil {
			unit.Settle(testimony.Written)
			w.figures.imported.Add(1)
			return nil
		}
		faults.Pause(w.following, 20*time.Millisecond)
	}
	return w.following.Err() // unknown
}

// errUndo rolls a savepoint or a transaction back.
var errUndo = errors.New("undo")

// transaction appends besides other work, in savepoints and out of them.
func (w *writer) transaction() error {
	unit := w.witness.Begin()
	outcome := testimony.Refused
	defer func() { unit.Settle(outcome) }()
	tx, err := w.pool.Begin(w.following)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(w.following)) }()
	w.figures.transactions.Add(1)
	if err := w.work(tx, unit); err != nil {
		return err
	}
	if w.random.IntN(100) < 12 {
		w.figures.rolledBack.Add(1)
		return nil
	}
	outcome = testimony.Unknown
	if err := tx.Commit(w.following); err != nil {
		w.figures.undecided.Add(1)
		return err
	}
	outcome = testimony.Written
	return nil
}

// work is what a transaction does before it ends.
func (w *writer) work(tx pgx.Tx, unit *testimony.Unit) error {
	chance := func(percent int) bool { return w.random.IntN(100) < percent }
	if chance(40) {
		if _, err := tx.Exec(w.following, `INSERT INTO elsewhere VALUES (1)`); err != nil {
			return err
		}
	}
	if chance(25) {
		if err := w.undone(tx, unit); err != nil {
			return err
		}
	}
	for range 1 + w.random.IntN(2) {
		if err := w.within(tx, unit.Intend(w.stream(), w.size())); err != nil {
			return err
		}
	}
	if chance(20) {
		err := pgx.BeginFunc(w.following, tx, func(savepoint pgx.Tx) error {
			return w.within(savepoint, unit.Intend(w.own(), 1))
		})
		if err != nil {
			return err
		}
	}
	if chance(25) {
		faults.Pause(w.following, time.Duration(w.random.IntN(15))*time.Millisecond)
	}
	return nil
}

// undone appends in a savepoint that is rolled back.
func (w *writer) undone(tx pgx.Tx, unit *testimony.Unit) error {
	part := unit.Intend(w.stream(), w.size())
	part.Refuse()
	var failed error
	err := pgx.BeginFunc(w.following, tx, func(savepoint pgx.Tx) error {
		failed = w.within(savepoint, part)
		return errUndo
	})
	if failed == nil && !errors.Is(err, errUndo) {
		failed = err
	}
	return failed
}

func (w *writer) within(tx pgx.Tx, part *testimony.Part) error {
	return within(w.following, w.store, tx, part)
}

// within appends a part in a transaction.
func within(ctx context.Context, store *postgres.Store, tx pgx.Tx, part *testimony.Part) error {
	out, err := store.InTx(tx).Append(ctx, part.Stream(), runtime.ExpectAny(), runtime.Root(), part.Events()...)
	if err == nil {
		part.At(out)
	}
	return err
}

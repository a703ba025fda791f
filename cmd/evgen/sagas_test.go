package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/evgen/evgen/golden/memory/events/memory"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/saga"
	"github.com/evgen/evgen/runtime/sqlite"
	"github.com/evgen/evgen/runtime/sqlitemodel"
	"github.com/evgen/evgen/runtime/sqlitesaga"
)

// playSagas is `sagas play [ID...]`: it begins sagas in the file events.db, and runs them until nothing is due.
// `sagas die ID` leaves the saga that is due with a worker that is dead.
func playSagas(ts *testscript.TestScript, neg bool, args []string) {
	switch {
	case !neg && len(args) > 0 && args[0] == "play":
		ts.Check(play(ts.MkAbs("."), args[1:]))
	case !neg && len(args) == 2 && args[0] == "die":
		ts.Check(die(ts.MkAbs("."), args[1]))
	default:
		ts.Fatalf("usage: sagas play [ID...], or sagas die ID")
	}
}

func die(dir, id string) error {
	ctx := context.Background()
	models, err := sqlitemodel.Open(ctx, filepath.Join(dir, "events.db"))
	if err != nil {
		return err
	}
	defer models.Close()
	db := sqlitesaga.New(models)
	found, err := db.List(ctx, saga.Query{ID: id})
	if err != nil || len(found) != 1 {
		return fmt.Errorf("%d sagas %s: %w", len(found), id, err)
	}
	claims, err := db.Claim(ctx, saga.Claims{
		Saga: found[0].Saga, Known: []string{found[0].Digest}, Digest: found[0].Digest, Owner: "dead", Limit: 1, Lease: time.Microsecond,
	})
	if err != nil || len(claims) != 1 || claims[0].ID != id {
		return fmt.Errorf("claimed %v, and not %s: %w", claims, id, err)
	}
	return nil
}

func play(dir string, ids []string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	events, err := sqlite.Open(ctx, filepath.Join(dir, "events.db"))
	if err != nil {
		return err
	}
	models, err := sqlitemodel.Open(ctx, filepath.Join(dir, "events.db"))
	if err != nil {
		return errors.Join(err, events.Close())
	}
	return errors.Join(playOn(ctx, dir, events, models, ids), models.Close(), events.Close())
}

func playOn(ctx context.Context, dir string, events *sqlite.Store, models *sqlitemodel.DB, ids []string) error {
	registry, err := runtime.NewRegistry(memory.Schema())
	if err != nil {
		return err
	}
	db, quiet := sqlitesaga.New(models), slog.New(slog.DiscardHandler)
	worker, err := saga.NewWorker(events, db, registry, sqlite.AppendIn[*sqlitemodel.Tx](events), onboarding(dir), saga.WithLogger(quiet))
	if err != nil {
		return err
	}
	runner, err := projection.NewRunner(events, models, registry, []projection.Projection[*sqlitemodel.Tx]{worker.Starter()}, projection.WithLogger(quiet))
	if err != nil {
		return err
	}
	if err := errors.Join(models.Setup(ctx), db.Setup(ctx)); err != nil {
		return err
	}
	running, stop := context.WithCancel(ctx)
	done := make(chan error, 2)
	go func() { done <- runner.Run(running) }()
	go func() { done <- worker.Run(running) }()
	err = begun(ctx, events, models, ids)
	for wait := time.Duration(0); err == nil && wait < time.Minute; {
		wait, err = due(ctx, db)
	}
	stop()
	return errors.Join(err, <-done, <-done)
}

// due says when the next saga is.
func due(ctx context.Context, db *sqlitesaga.DB) (time.Duration, error) {
	open, err := db.List(ctx, saga.Query{States: []saga.State{saga.Running, saga.Compensating}})
	wait := saga.Never
	for _, s := range open {
		if s.Owner != "" {
			return 0, err
		}
		wait = min(wait, time.Until(s.DueAt))
	}
	return wait, err
}

// begun appends the events that begin sagas, and waits until these are there.
func begun(ctx context.Context, events *sqlite.Store, models *sqlitemodel.DB, ids []string) error {
	for _, id := range ids {
		out, err := events.Append(ctx, runtime.StreamOf(memory.CategoryMemory, id), runtime.ExpectNew(), runtime.Root(),
			memory.MemoryCreated{Text: "secret", CreatedAt: time.Unix(0, 0).UTC(), Source: memory.Source{Origin: memory.OriginTool}})
		if err == nil {
			err = projection.WaitFor(ctx, models, "onboarding", out.Position)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// onboarding is a saga that completes; but for ids "stuck", whose last step fails for good and whose first cannot be
// undone, and "asleep", which tries again in an hour, for as long as there is no file named mended;
// and for "mortal", which always does.
func onboarding(dir string) saga.Definition {
	broken := func(id string) bool {
		_, missing := os.Stat(filepath.Join(dir, "mended"))
		return missing != nil && (id == "stuck" || id == "asleep")
	}
	nothing := func(context.Context, *saga.Run) error { return nil }
	return saga.Definition{
		ID: "onboarding", Digest: "1", Start: memory.TypeMemoryCreated,
		Key: func(f *projection.Fact) string { return f.Stream.ID() },
		Steps: []saga.Step{
			{Name: "embed", Do: func(_ context.Context, r *saga.Run) error {
				r.State = []byte(`{"vector":7}`)
				return nil
			}, Compensate: func(_ context.Context, r *saga.Run) error {
				if broken(r.ID) {
					return saga.Permanent(errors.New("the index is closed"))
				}
				return nil
			}},
			{Name: "reserve", Do: nothing, Compensate: nothing},
			{Name: "index", Retry: saga.Retry{Base: time.Hour, Backoff: saga.Fixed}, Do: func(_ context.Context, r *saga.Run) error {
				switch {
				case r.ID == "mortal":
					return errors.New("not now")
				case r.ID == "stuck":
					return saga.Permanent(errors.New("no such index"))
				case broken(r.ID):
					return errors.New("not now")
				}
				return nil
			}},
		},
	}
}

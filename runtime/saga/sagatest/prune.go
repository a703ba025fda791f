package sagatest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/evgen/evgen/runtime/saga"
)

// ended has sagas that are completed, compensated, not to be undone, and one that waits.
func ended[T any](w *world[T]) *saga.Worker[T] {
	w.on("do a", func(_ context.Context, r *saga.Run) error { return nil })
	w.on("do c", func(_ context.Context, r *saga.Run) error {
		if r.ID != "completed" {
			return saga.Permanent(errors.New("no"))
		}
		return nil
	})
	w.on("undo a", func(_ context.Context, r *saga.Run) error {
		if r.ID == "failed" {
			return saga.Permanent(errors.New("no"))
		}
		return nil
	})
	worker, _ := w.run(w.waiting())
	for _, id := range []string{"completed", "compensated", "failed"} {
		w.append(id, place(), ship())
	}
	w.append("waits", place())
	w.reaches("completed", saga.Completed)
	w.reaches("compensated", saga.Compensated)
	w.reaches("failed", saga.CompensationFailed)
	w.reaches("waits", saga.Waiting)
	return worker
}

// prunable is what would be forgotten.
func (w *world[T]) prunable(p saga.Pruning) []string {
	w.t.Helper()
	counts, err := saga.Prunable(w.ctx, w.Sagas, p)
	check(w.t, "count", err)
	lines := []string{}
	for _, c := range counts {
		lines = append(lines, fmt.Sprintf("%d %s %s", c.Sagas, c.Saga, c.State))
	}
	return lines
}

// backlog is what stands: "1 waiting".
func (w *world[T]) backlog() (lines []string, late time.Duration) {
	w.t.Helper()
	all, err := w.Sagas.Backlog(w.ctx)
	check(w.t, "backlog", err)
	lines = []string{}
	for _, b := range all {
		lines = append(lines, fmt.Sprintf("%d %s %s", b.Sagas, b.Saga, b.State))
		late = max(late, b.Late)
	}
	return lines, late
}

func countsWhatStands[T any](w *world[T]) {
	ended(w)
	lines, late := w.backlog()
	same(w.t, "backlog", lines, []string{"1 delivery compensation_failed", "1 delivery waiting"})
	if late != 0 {
		w.t.Errorf("what waits for ever is late by %s", late)
	}
}

func countsWhatIsLate[T any](w *world[T]) {
	w.asleep("a", "b") // due by now
	w.Pass(w.t, time.Minute)
	lines, late := w.backlog()
	same(w.t, "backlog", lines, []string{"1 delivery running"})
	if late < time.Minute || late > time.Hour {
		w.t.Errorf("late by %s", late)
	}
}

func prunes[T any](w *world[T]) {
	ended(w)
	all := []string{"1 delivery compensated", "1 delivery completed"}
	same(w.t, "of an hour ago", w.prunable(saga.Pruning{OlderThan: time.Hour}), []string{})
	same(w.t, "of another name", w.prunable(saga.Pruning{Saga: "deliver"}), []string{})
	same(w.t, "of this name", w.prunable(saga.Pruning{Saga: "delivery"}), all)
	same(w.t, "all", w.prunable(saga.Pruning{}), all)
	same(w.t, "those that failed", w.prunable(saga.Pruning{States: []saga.State{saga.CompensationFailed}}), []string{"1 delivery compensation_failed"})
	if _, err := saga.Prune(w.ctx, w.Sagas, saga.Pruning{States: []saga.State{saga.Completed, saga.Waiting}}); err == nil {
		w.t.Error("what is under way was pruned")
	}
	if n, err := saga.Prune(w.ctx, w.Sagas, saga.Pruning{}); n != 2 || err != nil {
		w.t.Errorf("pruned %d sagas (%v)", n, err)
	}
	for _, id := range []string{"completed", "compensated"} {
		if s := w.find(ref(id)); s != nil {
			w.t.Errorf("%s is there", s)
		}
		w.isStory(id)
	}
	for _, id := range []string{"failed", "waits"} {
		if w.find(ref(id)) == nil || len(w.story(id)) == 0 {
			w.t.Errorf("%s is gone", id)
		}
	}
}

// What a saga was, begins again with a new start event, and with none that was counted;
// letters of the former one are not there.
func beginsAnew[T any](w *world[T]) {
	ended(w)
	_, err := saga.Prune(w.ctx, w.Sagas, saga.Pruning{States: []saga.State{saga.Completed}})
	check(w.t, "prune", err)
	w.seen(w.append("completed", ship()))
	if s := w.find(ref("completed")); s != nil {
		w.t.Errorf("%s began again", s)
	}
	w.append("completed", place())
	w.reaches("completed", saga.Waiting)
	w.append("completed", ship())
	w.reaches("completed", saga.Completed)
	w.isStory("completed", "forward a 1 done", "forward b 1 done", "forward b 0 received", "forward c 1 done")
}

// What an operator has decided about since it was found is not forgotten.
func prunedTooLate[T any](w *world[T]) {
	worker := ended(w)
	p := saga.Pruning{States: []saga.State{saga.CompensationFailed}}
	found, err := w.Sagas.Over(w.ctx, p, saga.Ref{}, 10)
	check(w.t, "over", err)
	check(w.t, "retry", w.Sagas.Retry(w.ctx, ref("failed")))
	worker.Wake()
	if n, err := w.Sagas.Forget(w.ctx, found); n != 0 || err != nil {
		w.t.Errorf("forgot %d sagas (%v)", n, err)
	}
	w.until("failed", "failed again", func(s *saga.Instance) bool {
		return s.State == saga.CompensationFailed && s.Version > found[0].Version+1
	})
}

// However many there are, each is forgotten once, and in whatever batches.
func prunesInBatches[T any](w *world[T]) {
	w.run(w.definition("a"))
	const n = 7
	for i := range n {
		w.append(fmt.Sprint(i), place())
	}
	for i := range n {
		w.reaches(fmt.Sprint(i), saga.Completed)
	}
	p, behind, seen := saga.Pruning{States: []saga.State{saga.Completed}}, saga.Ref{}, []string{}
	for {
		some, err := w.Sagas.Over(w.ctx, p, behind, 3)
		check(w.t, "over", err)
		if len(some) == 0 {
			break
		}
		for _, s := range some {
			seen = append(seen, s.ID)
		}
		if gone, err := w.Sagas.Forget(w.ctx, some); gone != len(some) || err != nil {
			w.t.Errorf("forgot %d of %d sagas (%v)", gone, len(some), err)
		}
		behind = some[len(some)-1].Ref
	}
	same(w.t, "seen", seen, []string{"0", "1", "2", "3", "4", "5", "6"})
	same(w.t, "left", w.prunable(p), []string{})
}

package story

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/evgen/evgen/examples/memory/mind"
	"github.com/evgen/evgen/examples/memory/page"
	"github.com/evgen/evgen/examples/memory/system"
	"github.com/evgen/evgen/runtime/saga"
)

// sagaID is how the saga is known.
const sagaID = "memory.Consolidate"

// consolidate takes all steps of a saga.
func (s *Story) consolidate(ctx context.Context) error {
	whole, err := s.request(ctx, "Ada drinks green tea, and coffee without milk.", s.tea, s.coffee)
	if err != nil {
		return err
	}
	if err := s.reaches(ctx, whole, saga.Completed); err != nil {
		return err
	}
	if err := s.ledger(ctx, whole); err != nil {
		return err
	}
	err = s.until(ctx, "the reaction", func(ctx context.Context) (bool, error) {
		it, err := s.ada.Now(ctx, whole)
		return it.Accesses == 2, err
	})
	if err != nil {
		return err
	}
	if err := s.statuses(ctx, whole, s.tea, s.coffee); err != nil {
		return err
	}
	importance, err := s.importance(ctx, whole)
	s.note("The parts were absorbed in one transaction. A reaction has refreshed the whole for each of them:")
	s.note("it matters as much as three memories, %.1f.", importance)
	return err
}

// undo lets a part go while the saga waits, so that its last step cannot be taken.
func (s *Story) undo(ctx context.Context) error {
	if err := s.system.Stop(system.Embedder); err != nil {
		return err
	}
	s.line("%-13s  stops: a consolidation has to wait, which costs nothing", "embedder")
	whole, err := s.request(ctx, "The office closes at six, after a standup at half past nine.", s.standup, s.office)
	if err != nil {
		return err
	}
	if err := s.reaches(ctx, whole, saga.Waiting); err != nil {
		return err
	}
	if _, err := s.ben.Do(ctx, s.office, mind.Forget("The house rules have changed.")); err != nil {
		return err
	}
	s.line("%-13s  forgets       %s, a part", "ben", page.Short(s.office))
	if err := s.system.Start(system.Embedder); err != nil {
		return err
	}
	s.line("%-13s  starts", "embedder")
	if err := s.reaches(ctx, whole, saga.Compensated); err != nil {
		return err
	}
	if err := s.ledger(ctx, whole); err != nil {
		return err
	}
	if err := s.statuses(ctx, whole, s.standup, s.office); err != nil {
		return err
	}
	s.note("What was done is undone, and what Ben did meanwhile stays.")
	return nil
}

func (s *Story) request(ctx context.Context, text string, parts ...uuid.UUID) (uuid.UUID, error) {
	whole, err := s.ada.Request(ctx, parts, text)
	if err == nil {
		s.line("%-13s  requests      %s for %s  (%s)", "ada", quoted(text), list(ids(parts...)), page.Short(whole))
	}
	return whole, err
}

// reaches blocks until a saga is in a state. That it has ended in another one is an error.
func (s *Story) reaches(ctx context.Context, whole uuid.UUID, state saga.State) error {
	return s.until(ctx, fmt.Sprintf("%s to be %s", page.Short(whole), state), func(ctx context.Context) (bool, error) {
		found, err := s.system.Library.Sagas.List(ctx, saga.Query{Saga: sagaID, ID: whole.String()})
		if err != nil || len(found) == 0 {
			return false, err
		}
		if is := found[0].State; is != state && !is.Open() {
			return false, fmt.Errorf("%w: the consolidation into %s is %s (%s)", ErrBroken, page.Short(whole), is, found[0].Failure)
		}
		return found[0].State == state, nil
	})
}

// ledger prints what became of each step.
func (s *Story) ledger(ctx context.Context, whole uuid.UUID) error {
	entries, err := s.system.Library.Sagas.Entries(ctx, saga.Ref{Saga: sagaID, ID: whole.String()})
	for _, e := range entries {
		did := "step"
		if e.Kind == saga.Compensate {
			did = "undo"
		}
		s.line("%-13s  %s %-8s %s", "saga", did, e.Step, outcome(&e))
	}
	return err
}

func outcome(e *saga.Entry) string {
	if e.Failure == "" {
		return string(e.Outcome)
	}
	return fmt.Sprintf("%s: %s", e.Outcome, page.Clip(e.Failure, clip+20))
}

// statuses prints what memories are now.
func (s *Story) statuses(ctx context.Context, all ...uuid.UUID) error {
	for _, id := range all {
		it, err := s.ada.Now(ctx, id)
		if err != nil {
			return err
		}
		s.line("%-13s  %-12s  %s", page.Short(id), it.Status, quoted(it.Text))
	}
	return nil
}

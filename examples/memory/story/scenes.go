package story

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/examples/memory/broker"
	"github.com/evgen/evgen/examples/memory/library"
	"github.com/evgen/evgen/examples/memory/mind"
	"github.com/evgen/evgen/examples/memory/page"
	"github.com/evgen/evgen/examples/memory/system"
)

// parts says where everything is, and what there was before.
func (s *Story) parts(ctx context.Context) error {
	where := "in this process"
	if s.system.NATS != "" {
		where = "elsewhere"
	}
	s.line("store          %s", library.Redacted(s.system.Store))
	s.line("broker         NATS, %s, at %s; stream %s", where, s.system.Broker.URL, broker.Stream)
	s.line("parts          %s", list(system.Parts()))
	head, _, err := s.system.Library.Events.Head(ctx)
	if err != nil {
		return err
	}
	if head > 0 {
		s.note("there are facts from before: every part goes on where it was")
		return s.settle(ctx)
	}
	s.note("the store is new")
	return nil
}

// settle waits for what is left from before.
func (s *Story) settle(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, s.patience())
	defer cancel()
	return s.system.Settle(ctx)
}

// commands are carried out at once, whatever follows from them.
func (s *Story) commands(ctx context.Context) (err error) {
	begun := time.Now()
	for _, one := range []struct {
		who  string
		mind *mind.Mind
		text string
		id   *uuid.UUID
	}{
		{"ada", s.ada, "Ada likes green tea.", &s.tea},
		{"ada", s.ada, "Ada takes her coffee black.", &s.coffee},
		{"ben", s.ben, "The standup is at ten.", &s.standup},
		{"ben", s.ben, "The office closes at six.", &s.office},
	} {
		if *one.id, err = s.remember(ctx, one.who, one.mind, one.text); err != nil {
			return err
		}
	}
	better := "The standup is at half past nine."
	if _, err := s.ben.Do(ctx, s.standup, mind.Reword(better)); err != nil {
		return err
	}
	s.line("%-13s  rewords it    %s  (%s)", "ben", quoted(better), page.Short(s.standup))
	found, err := s.ada.Recall(ctx, "half past", 5)
	if err != nil {
		return err
	}
	s.line("%-13s  asks          “half past”: %d found", "ada", len(found))
	s.note("five commands and a question took %v; the embeddings will take %v", short(time.Since(begun)), 5*s.system.Takes)
	return nil
}

// slow shows that the broker does not lose its patience.
func (s *Story) slow(ctx context.Context) error {
	if err := s.embedded(ctx, s.tea, s.coffee, s.standup, s.office); err != nil {
		return err
	}
	texts, computations := s.computed()
	silence := s.system.Silence()
	s.note("An embedding takes %v, and the broker delivers again what shows no sign of life for %v.", s.system.Takes, short(silence))
	s.note("The embedder gives one every %v: %d texts, %d computations.", short(silence/3), texts, computations)
	return nil
}

// computed counts texts, and how often they were computed in this process.
func (s *Story) computed() (texts, computations int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range s.begun {
		texts++
		computations += n
	}
	return texts, computations
}

// relay shows that commands and read models do not need the broker.
func (s *Story) relay(ctx context.Context) error {
	if err := s.settle(ctx); err != nil {
		return err
	}
	if err := s.system.Stop(system.Relay); err != nil {
		return err
	}
	s.line("%-13s  stops", "relay")
	id, err := s.remember(ctx, "ada", s.ada, "The canteen opens at noon.")
	if err != nil {
		return err
	}
	found, err := s.ben.Recall(ctx, "canteen", 5)
	if err != nil {
		return err
	}
	s.line("%-13s  asks          “canteen”: %d found", "ben", len(found))
	messages, err := s.system.Broker.Messages(ctx)
	if err != nil {
		return err
	}
	s.line("%-13s  has           %d messages, and not the canteen", "broker", messages)
	if err := s.system.Start(system.Relay); err != nil {
		return err
	}
	s.line("%-13s  starts, and goes on behind the last message that the broker has", "relay")
	if err := s.embedded(ctx, id); err != nil {
		return err
	}
	s.note("The store is the outbox: what is in it reaches the broker, once, whenever that is.")
	return nil
}

// crash kills an embedder that has a process of its own.
func (s *Story) crash(ctx context.Context) error {
	if err := s.system.Stop(system.Embedder); err != nil {
		return err
	}
	s.line("%-13s  stops, and a process of its own takes its place", "embedder")
	alone, err := s.embedderAlone(ctx, s.system)
	if err != nil {
		return err
	}
	defer alone.Kill()
	id, err := s.remember(ctx, "ben", s.ben, "The garden door is stuck.")
	if err != nil {
		return err
	}
	if err := alone.Begins(ctx, id); err != nil {
		return err
	}
	s.line("%-13s  begins        “The garden door is stuck.”", alone)
	if err := pause(ctx, s.system.Takes/2); err != nil {
		return err
	}
	alone.Kill()
	killed := time.Now()
	s.line("%-13s  is killed", alone)
	if err := s.system.Start(system.Embedder); err != nil {
		return err
	}
	s.line("%-13s  starts here again", "embedder")
	if err := s.embedded(ctx, id); err != nil {
		return err
	}
	s.note("%v after the kill it is done. What the dead process had begun was never committed: when", short(time.Since(killed)))
	s.note("its lease had run out, the message was delivered again, and has its effect once.")
	return nil
}

// pause lets time pass.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}

// short rounds a time for people.
func short(d time.Duration) time.Duration { return d.Round(time.Millisecond) }

// importance of now, for a memory.
func (s *Story) importance(ctx context.Context, id uuid.UUID) (float64, error) {
	it, err := s.ada.Now(ctx, id)
	return it.Importance(time.Now()), err
}

// ids names memories for people.
func ids(all ...uuid.UUID) []string {
	var names []string
	for _, id := range all {
		names = append(names, page.Short(id))
	}
	return names
}

package story

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/examples/memory/events/memory"
	"github.com/evgen/evgen/examples/memory/mind"
	"github.com/evgen/evgen/examples/memory/page"
	"github.com/evgen/evgen/examples/memory/system"
	"github.com/evgen/evgen/runtime"
)

// ErrBroken says that a promise was not kept.
var ErrBroken = errors.New("a promise was broken")

// Story tells what a system does. It must be made by [New], and be what the system
// is noticed by.
type Story struct {
	mu   sync.Mutex
	page *page.Page
	// begun counts the computations of each event's words, texts are those words.
	begun map[uuid.UUID]int
	texts map[uuid.UUID]string

	system *system.System
	// embedderAlone runs the embedder in a process of its own.
	embedderAlone Start
	ada, ben      *mind.Mind
	// These are memories of which more is told than one scene.
	tea, coffee, standup, office uuid.UUID
}

var _ system.Noticed = (*Story)(nil)

// New returns a story that is told on p.
func New(p *page.Page, embedderAlone Start) *Story {
	return &Story{page: p, embedderAlone: embedderAlone, begun: map[uuid.UUID]int{}, texts: map[uuid.UUID]string{}}
}

// patience bounds how long the story waits for something, besides the time that
// the embedder needs.
const patience = time.Minute

// Tell plays on a system, all of whose parts run, and blocks until it stands still.
// Errors: [ErrBroken], and ctx's own.
func (s *Story) Tell(ctx context.Context, on *system.System) (err error) {
	s.system = on
	if s.ada, err = on.Mind("ada"); err != nil {
		return err
	}
	if s.ben, err = on.Mind("ben"); err != nil {
		return err
	}
	for _, scene := range s.scenes() {
		s.heading(scene.title)
		if err := scene.play(ctx); err != nil {
			return fmt.Errorf("scene %q: %w", scene.title, err)
		}
	}
	return nil
}

type scene struct {
	title string
	play  func(context.Context) error
}

// scenes are the story, in order.
func (s *Story) scenes() []scene {
	return []scene{
		{"What runs here", s.parts},
		{"Commands do not wait for the embedder", s.commands},
		{"The embedder takes longer than the broker waits", s.slow},
		{"The relay is stopped, and nobody notices", s.relay},
		{"An embedder is killed in the middle of its work", s.crash},
		{"Two memories become one, step by step", s.consolidate},
		{"A consolidation that cannot be finished is undone", s.undo},
		{"What was promised, counted", s.count},
	}
}

// Begun implements [system.Noticed].
func (s *Story) Begun(words runtime.Meta, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.begun[words.ID]++
	s.texts[words.ID] = text
	s.page.Line("  %-13s  begins        %s", system.Embedder, quoted(text))
}

// Told implements [system.Noticed].
func (s *Story) Told(words runtime.Meta) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.page.Line("  %-13s  has done      %s", system.Embedder, quoted(s.texts[words.ID]))
}

// Interrupted says that the story ends here.
func (s *Story) Interrupted() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.page.Line("\nInterrupted. The parts finish what they are at.")
}

func (s *Story) heading(title string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.page.Heading(title)
}

func (s *Story) line(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.page.Line("  "+format, args...)
}

func (s *Story) note(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.page.Note("  "+format, args...)
}

// clip is how much of a text is shown.
const clip = 60

func quoted(text string) string { return "“" + page.Clip(text, clip) + "”" }

// look is how often the story looks whether something has happened.
const look = 10 * time.Millisecond

// until blocks until done, or ctx ends. What does not happen in time is [ErrBroken].
func (s *Story) until(ctx context.Context, what string, done func(ctx context.Context) (bool, error)) error {
	ctx, cancel := context.WithTimeoutCause(ctx, s.patience(), fmt.Errorf("%w: nothing for %v", ErrBroken, s.patience()))
	defer cancel()
	tick := time.NewTicker(look)
	defer tick.Stop()
	for {
		is, err := done(ctx)
		if is || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for %s: %w", what, context.Cause(ctx))
		case <-tick.C:
		}
	}
}

func (s *Story) patience() time.Duration { return patience + 30*s.system.Takes }

// embedded blocks until the newest words of memories have their embedding.
func (s *Story) embedded(ctx context.Context, ids ...uuid.UUID) error {
	return s.until(ctx, "embeddings", func(ctx context.Context) (bool, error) {
		for _, id := range ids {
			if missing, err := s.missing(ctx, id); missing || err != nil {
				return false, err
			}
		}
		return true, nil
	})
}

// missing reports whether words of a memory have no embedding yet.
func (s *Story) missing(ctx context.Context, id uuid.UUID) (bool, error) {
	open := map[uuid.UUID]bool{}
	for event, err := range s.ada.History(ctx, id) {
		if err != nil {
			return false, err
		}
		switch event.Data.(type) {
		case memory.MemoryCreated, memory.MemoryReworded:
			open[event.ID] = true
		case memory.MemoryEmbedded:
			delete(open, event.Causation)
		case memory.MemoryAccessed, memory.MemoryConsolidated, memory.MemoryAbsorbed, memory.MemoryForgotten, memory.ConsolidationRequested:
			// bring no words
		}
	}
	return len(open) > 0, nil
}

// remember lets somebody capture a memory.
func (s *Story) remember(ctx context.Context, who string, m *mind.Mind, text string) (uuid.UUID, error) {
	id, err := m.Remember(ctx, text, memory.Source{Origin: memory.OriginConversation})
	if err == nil {
		s.line("%-13s  remembers     %s  (%s)", who, quoted(text), page.Short(id))
	}
	return id, err
}

// list joins names for people.
func list[S ~string](names []S) string {
	var texts []string
	for _, name := range names {
		texts = append(texts, string(name))
	}
	last := len(texts) - 1
	return strings.Join(texts[:last], ", ") + " and " + texts[last]
}

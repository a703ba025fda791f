package demo

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/examples/memory/library"
	"github.com/evgen/evgen/examples/memory/mind"
	"github.com/evgen/evgen/examples/memory/page"
)

// ErrTaken refuses a store that has memories: the demo must not mix with them.
var ErrTaken = errors.New("memories are there already; name an empty store")

// Run plays the demo on an empty store and prints it. It blocks until the store has
// everything, which takes some seconds. Errors: [ErrTaken].
func Run(ctx context.Context, p *page.Page, store string) error {
	play := &play{page: p, name: store, clock: &clock{at: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}, newID: idsOf("memory")}
	if err := play.open(ctx); err != nil {
		return err
	}
	if head, _, err := play.library.Events.Head(ctx); err != nil || head > 0 {
		return errors.Join(cmp.Or(err, fmt.Errorf("play on %s: %w", library.Redacted(store), ErrTaken)), play.library.Close())
	}
	for _, scene := range play.scenes() {
		p.Heading(scene.title)
		if err := scene.play(ctx); err != nil {
			return errors.Join(fmt.Errorf("scene %q: %w", scene.title, err), play.library.Close())
		}
	}
	return errors.Join(play.library.Close(), p.Err())
}

// play is the state of the session.
type play struct {
	page  *page.Page
	name  string
	clock *clock
	newID func() uuid.UUID
	// library is the store, open.
	library *library.Library
	// ada and ben are two writers of the same store.
	ada, ben *mind.Mind
	// These are memories of which more is told than one scene.
	tea, coffee, standup, office uuid.UUID
}

type scene struct {
	title string
	play  func(context.Context) error
}

// scenes are the demo, in order.
func (p *play) scenes() []scene {
	return []scene{
		{"Facts of an old release, read today", p.oldFacts},
		{"A session", p.session},
		{"What is remembered, in a table that follows the events", p.list},
		{"Travelling in time", p.travel},
		{"Two writers, one memory", p.rivals},
		{"The same command twice", p.twice},
		{"Several memories become one, another is forgotten", p.consolidate},
		{"A whole history", p.history},
		{"A read model is built anew while facts stream in", p.rebuild},
		{"A fact that a release cannot handle", p.poison},
		{"After a restart", p.restart},
	}
}

func (p *play) open(ctx context.Context) error {
	l, err := library.Make(ctx, p.name, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	p.library = l
	if p.ada, err = p.mindOf("ada"); err == nil {
		p.ben, err = p.mindOf("ben")
	}
	if err != nil {
		return errors.Join(err, l.Close())
	}
	return nil
}

func (p *play) mindOf(actor string) (*mind.Mind, error) {
	return mind.New(p.library.Events, p.library, mind.WithClock(p.clock.now), mind.WithIDs(p.newID), mind.WithActor(actor))
}

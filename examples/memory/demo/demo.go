package demo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/examples/memory/mind"
	"github.com/evgen/evgen/examples/memory/page"
	"github.com/evgen/evgen/runtime/sqlite"
)

// Run plays the demo on a new file and prints it. It blocks until the file has
// everything, which takes well under a second.
func Run(ctx context.Context, p *page.Page, file string) error {
	play := &play{page: p, file: file, clock: &clock{at: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}, newID: idsOf("memory")}
	if err := play.open(ctx); err != nil {
		return err
	}
	for _, scene := range play.scenes() {
		p.Heading(scene.title)
		if err := scene.play(ctx); err != nil {
			return errors.Join(fmt.Errorf("scene %q: %w", scene.title, err), play.store.Close())
		}
	}
	return errors.Join(play.store.Close(), p.Err())
}

// play is the state of the session.
type play struct {
	page  *page.Page
	file  string
	clock *clock
	newID func() uuid.UUID
	store *sqlite.Store
	// ada and ben are two writers of the same file.
	ada, ben *mind.Mind
	// tea, standup and office are memories of which more is told than one scene.
	tea, standup, office uuid.UUID
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
		{"What is remembered, folded from events", p.list},
		{"Travelling in time", p.travel},
		{"Two writers, one memory", p.rivals},
		{"The same command twice", p.twice},
		{"Several memories become one, another is forgotten", p.consolidate},
		{"A whole history", p.history},
		{"After a restart", p.restart},
	}
}

func (p *play) open(ctx context.Context) error {
	store, err := sqlite.Open(ctx, p.file, sqlite.WithClock(p.clock.now))
	if err != nil {
		return err
	}
	p.store = store
	if p.ada, err = p.mindOf("ada"); err == nil {
		p.ben, err = p.mindOf("ben")
	}
	if err != nil {
		return errors.Join(err, store.Close())
	}
	return nil
}

func (p *play) mindOf(actor string) (*mind.Mind, error) {
	return mind.New(p.store, mind.WithClock(p.clock.now), mind.WithIDs(p.newID), mind.WithActor(actor))
}

// short abbreviates ids as the command line does.
func (p *play) short(ctx context.Context) (func(uuid.UUID) string, error) {
	all, err := p.ada.All(ctx)
	return mind.Abbreviate(all), err
}

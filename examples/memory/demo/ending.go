package demo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/examples/memory/events/memory"
	"github.com/evgen/evgen/examples/memory/mind"
)

// consolidate brings some memories to their end, and shows what the invariants say.
func (p *play) consolidate(ctx context.Context) error {
	p.clock.pass(24 * time.Hour)
	all, err := p.ada.All(ctx)
	if err != nil {
		return err
	}
	parts := []uuid.UUID{p.tea, all[len(all)-1].ID}
	whole, err := p.ada.Consolidate(ctx, parts, "Ada drinks green tea, and coffee without milk.")
	if err != nil {
		return err
	}
	if _, err := p.ben.Do(ctx, p.office, mind.Forget("The house rules have changed.")); err != nil {
		return err
	}
	short, err := p.short(ctx)
	if err != nil {
		return err
	}
	p.page.Line("  consolidate  %s, %s into %s", short(parts[0]), short(parts[1]), short(whole))
	p.page.Line("  forget       %s", short(p.office))
	_, err = p.ada.Do(ctx, p.office, mind.Reword("The office closes at seven."))
	var gone *mind.GoneError
	if !errors.As(err, &gone) {
		return fmt.Errorf("reword what is forgotten: %w", err)
	}
	p.page.Line("  reword       %s: refused, %v", short(p.office), gone)
	return nil
}

func (p *play) history(ctx context.Context) error {
	var events []memory.Envelope
	for event, err := range p.ada.History(ctx, p.tea) {
		if err != nil {
			return err
		}
		events = append(events, event)
	}
	short, err := p.short(ctx)
	p.page.History(events, short)
	return err
}

// restart closes the file and opens it again.
func (p *play) restart(ctx context.Context) error {
	before, _, err := p.store.Head(ctx)
	if err = errors.Join(err, p.store.Close()); err != nil {
		return err
	}
	if err := p.open(ctx); err != nil {
		return err
	}
	after, _, err := p.store.Head(ctx)
	if err != nil || after != before {
		return fmt.Errorf("the file ends at %d, and ended at %d: %w", after, before, err)
	}
	items, err := p.ada.All(ctx)
	if err != nil {
		return err
	}
	p.page.Memories(items, mind.Abbreviate(items), p.clock.now())
	p.page.Note("  %d memories from %d events, none of which was ever changed", len(items), after)
	return nil
}

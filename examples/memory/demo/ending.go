package demo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/examples/memory/events/memory"
	"github.com/evgen/evgen/examples/memory/mind"
	"github.com/evgen/evgen/examples/memory/page"
	"github.com/evgen/evgen/runtime/projection"
)

// consolidate brings some memories to their end, and shows what the invariants say.
func (p *play) consolidate(ctx context.Context) error {
	p.clock.pass(24 * time.Hour)
	parts := []uuid.UUID{p.tea, p.coffee}
	whole, err := p.ada.Consolidate(ctx, parts, "Ada drinks green tea, and coffee without milk.")
	if err != nil {
		return err
	}
	if _, err := p.ben.Do(ctx, p.office, mind.Forget("The house rules have changed.")); err != nil {
		return err
	}
	p.page.Line("  consolidate  %s, %s into %s", page.Short(parts[0]), page.Short(parts[1]), page.Short(whole))
	p.page.Line("  forget       %s", page.Short(p.office))
	_, err = p.ada.Do(ctx, p.office, mind.Reword("The office closes at seven."))
	var gone *mind.GoneError
	if !errors.As(err, &gone) {
		return fmt.Errorf("reword what is forgotten: %w", err)
	}
	p.page.Line("  reword       %s: refused, %v", page.Short(p.office), gone)
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
	p.page.History(events)
	return nil
}

// restart closes the store and opens it again.
func (p *play) restart(ctx context.Context) error {
	before, _, err := p.library.Events.Head(ctx)
	if err = errors.Join(err, p.library.Close()); err != nil {
		return err
	}
	if err := p.open(ctx); err != nil {
		return err
	}
	after, _, err := p.library.Events.Head(ctx)
	if err != nil || after != before {
		return fmt.Errorf("the store ends at %d, and ended at %d: %w", after, before, err)
	}
	list, _, err := p.ada.List(ctx, projection.Page{})
	if err != nil {
		return err
	}
	p.page.List(list)
	p.page.Note("  %d memories from %d events, none of which was ever changed", len(list), after)
	return nil
}

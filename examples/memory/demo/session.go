package demo

import (
	"context"
	"time"

	"github.com/evgen/evgen/examples/memory/events/memory"
	"github.com/evgen/evgen/examples/memory/mind"
)

// session is what people do on an ordinary day.
func (p *play) session(ctx context.Context) error {
	rules := "https://example.com/house-rules"
	office, err := p.ada.Remember(ctx, "The office closes at six.", memory.Source{Origin: memory.OriginDocument, URI: &rules})
	if err != nil {
		return err
	}
	p.office = office
	p.page.Line("  remember  The office closes at six.  (document, %s)", rules)

	p.clock.pass(20 * time.Minute)
	if _, err := p.ada.Do(ctx, p.tea, mind.Reword("Ada likes green tea.")); err != nil {
		return err
	}
	p.page.Line("  reword    Ada likes tea.  to  Ada likes green tea.")

	p.clock.pass(10 * time.Minute)
	if _, err := p.ada.Remember(ctx, "Ada takes her coffee black.", memory.Source{Origin: memory.OriginConversation}); err != nil {
		return err
	}
	p.page.Line("  remember  Ada takes her coffee black.  (conversation)")

	p.clock.pass(time.Hour)
	items, err := p.ben.Recall(ctx, "ada", 5)
	if err != nil {
		return err
	}
	p.page.Line("  recall    ada")
	for _, it := range items {
		p.page.Line("            %s", it.Text)
	}
	return nil
}

func (p *play) list(ctx context.Context) error {
	items, err := p.ada.All(ctx)
	if err != nil {
		return err
	}
	p.page.Memories(items, mind.Abbreviate(items), p.clock.now())
	p.page.Note("  importance: 1 when captured, 1 more at each use, half of it gone every 30 days")
	return nil
}

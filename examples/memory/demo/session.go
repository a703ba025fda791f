package demo

import (
	"context"
	"time"

	"github.com/evgen/evgen/examples/memory/events/memory"
	"github.com/evgen/evgen/examples/memory/mind"
	"github.com/evgen/evgen/runtime/projection"
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
	p.coffee, err = p.ada.Remember(ctx, "Ada takes her coffee black.", memory.Source{Origin: memory.OriginConversation})
	if err != nil {
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
	list, _, err := p.ada.List(ctx, projection.Page{})
	if err != nil {
		return err
	}
	p.page.List(list)
	p.page.Note("  read where it stands, not folded: all that was written before shows")
	return nil
}

package demo

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/evgen/evgen/examples/memory/events/memory"
	"github.com/evgen/evgen/examples/memory/mind"
	"github.com/evgen/evgen/examples/memory/page"
	"github.com/evgen/evgen/runtime/projection"
)

var errCup = errors.New("cannot index ☕")

// choke is the fault of a release: it cannot handle a sign.
func choke(f *projection.Fact) error {
	if e, ok := f.Data.(memory.MemoryReworded); ok && strings.Contains(e.Text, "☕") {
		return errCup
	}
	return nil
}

// poison lets a release fail on a fact: that memory waits, the others go on, and
// the next release makes up for it.
func (p *play) poison(ctx context.Context) error {
	p.clock.pass(time.Hour)
	later := projection.WithRetries(projection.Retries{Attempts: 10, Base: time.Hour, Max: time.Hour})
	faulty, err := p.library.RunnerWith(choke, later)
	if err != nil {
		return err
	}
	if err := p.library.Beside(ctx, faulty, p.choking); err != nil {
		return err
	}
	fixed, err := p.library.Runner(later)
	if err != nil {
		return err
	}
	return p.library.Beside(ctx, fixed, p.cured)
}

func (p *play) choking(ctx context.Context) error {
	for _, text := range []string{"The standup is in the kitchen ☕.", "The standup is in the garden."} {
		if _, err := p.ben.Do(ctx, p.standup, mind.Reword(text)); err != nil {
			return err
		}
		p.page.Line("  reword    %s  (%s)", text, page.Short(p.standup))
	}
	if _, err := p.ada.Remember(ctx, "The canteen opens at noon.", memory.Source{Origin: memory.OriginConversation}); err != nil {
		return err
	}
	p.page.Line("  remember  The canteen opens at noon.")
	if err := p.showRecall(ctx, "canteen", "garden"); err != nil {
		return err
	}
	letters, err := p.letters(ctx)
	for _, l := range letters {
		p.page.Line("  letter    %.8s  %-8s  %s", strings.TrimPrefix(l.Key, memory.CategoryMemory+"-"), l.State, l.Error)
	}
	return err
}

func (p *play) cured(ctx context.Context) error {
	n, err := projection.RetryLetters(ctx, p.library.Models, projection.LetterQuery{Projection: search})
	if err != nil {
		return err
	}
	p.page.Line("  the next release is out: retry %d letters", n)
	for {
		left, err := p.letters(ctx)
		if err != nil {
			return err
		}
		if len(left) == 0 {
			break
		}
		if err := p.pause(ctx); err != nil {
			return err
		}
	}
	if err := p.showRecall(ctx, "kitchen", "garden"); err != nil {
		return err
	}
	p.page.Note("  no other memory waited, and the order of this one was kept")
	return nil
}

func (p *play) showRecall(ctx context.Context, queries ...string) error {
	for _, query := range queries {
		items, err := p.ada.Recall(ctx, query, 5)
		if err != nil {
			return err
		}
		found := "nothing"
		for _, it := range items {
			found = it.Text
		}
		p.page.Line("  recall    %s: %s", query, found)
	}
	return nil
}

func (p *play) letters(ctx context.Context) (letters []projection.Letter, err error) {
	err = p.library.Models.Ledger(ctx, func(l projection.Ledger) error {
		letters, err = l.Letters(ctx, projection.LetterQuery{Projection: search})
		return err
	})
	return letters, err
}

// pause waits a moment for what goes on beside.
func (p *play) pause(ctx context.Context) error {
	timer := time.NewTimer(2 * time.Millisecond)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}

package demo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/evgen/evgen/examples/memory/mind"
)

// travel folds one memory as of several moments.
func (p *play) travel(ctx context.Context) error {
	newYear := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	then, err := p.ada.AsOf(ctx, p.tea, newYear)
	if err != nil {
		return err
	}
	second, err := p.ada.At(ctx, p.tea, 2)
	if err != nil {
		return err
	}
	now, err := p.ada.Now(ctx, p.tea)
	if err != nil {
		return err
	}
	p.page.Table([]string{"MOMENT", "VERSION", "IMPORTANCE", "USED", "TEXT"}, [][]string{
		moment("as of "+p.page.Time(newYear), then, newYear),
		moment("at version 2", second, second.StrengthAt),
		moment("now", now, p.clock.now()),
	})
	if _, err := p.ada.AsOf(ctx, p.office, newYear); !errors.Is(err, mind.ErrUnknown) {
		return fmt.Errorf("the office was known before it was captured: %w", err)
	}
	p.page.Note("  as of %s nothing was known of the office", p.page.Time(newYear))
	return nil
}

func moment(name string, it mind.Item, at time.Time) []string {
	return []string{name, fmt.Sprint(it.Version), fmt.Sprintf("%.2f", it.Importance(at)), fmt.Sprint(it.Accesses), it.Text}
}

package demo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/evgen/evgen/examples/memory/events/memory"
	"github.com/evgen/evgen/examples/memory/mind"
	"github.com/evgen/evgen/runtime"
)

// rivals lets ben write while ada decides: her append meets a conflict and she
// decides again.
func (p *play) rivals(ctx context.Context) error {
	p.clock.pass(time.Hour)
	if err := p.conflict(ctx); err != nil {
		return err
	}
	attempts := 0
	done, err := p.ada.Do(ctx, p.standup, func(m mind.Memory) ([]runtime.Event, error) {
		attempts++
		p.page.Line("  ada, attempt %d, sees    %s", attempts, m.Text)
		if attempts == 1 {
			if _, err := p.ben.Do(ctx, p.standup, mind.Reword("The standup is at half past nine.")); err != nil {
				return nil, err
			}
			p.page.Line("  ben, meanwhile, writes  The standup is at half past nine.")
		}
		return mind.Reword(m.Text + " Bring coffee.")(m)
	})
	if err != nil {
		return err
	}
	it, err := p.ada.Now(ctx, p.standup)
	p.page.Line("  stored as version %d     %s", done.Version, it.Text)
	p.page.Note("  %d attempts, nothing lost: the second one was decided on what ben had left", done.Attempts)
	return err
}

// conflict shows what a store says to a writer whose knowledge is old.
func (p *play) conflict(ctx context.Context) error {
	stream := memory.MemoryStream(p.standup)
	reword := memory.MemoryReworded{Text: "The standup is at eleven."}
	_, err := p.library.Events.Append(ctx, stream, runtime.ExpectNew(), runtime.Root(), reword)
	var conflict *runtime.ConflictError
	if !errors.As(err, &conflict) {
		return fmt.Errorf("append to a stream that was said to be new: %w", err)
	}
	p.page.Line("  who expects %s is refused: version %d is there", conflict.Expected, conflict.Actual)
	return nil
}

// twice sends one command again, as a client does whose connection broke.
func (p *play) twice(ctx context.Context) error {
	p.clock.pass(time.Minute)
	command := idsOf("command")()
	for _, attempt := range []string{"first ", "again "} {
		done, err := p.ada.DoOnce(ctx, command, p.standup, mind.Access("when is the standup?"))
		if err != nil {
			return err
		}
		p.page.Line("  %s command %.8s  version %d, position %d, duplicate: %t", attempt, command, done.Last, done.Position, done.Duplicate)
	}
	return nil
}

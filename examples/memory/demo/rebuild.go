package demo

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/evgen/evgen/examples/memory/mind"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

const (
	list   = "memory_list"
	search = "memory_search"
)

// Ben asks for the standup so often, and at least the last questions come when
// readers see the new version.
const (
	questions = 200
	last      = 20
)

// rebuild builds the list anew beside the one that readers see, while ben writes.
func (p *play) rebuild(ctx context.Context) error {
	p.clock.pass(time.Hour)
	runner, err := p.library.Runner()
	if err != nil {
		return err
	}
	return p.library.Beside(ctx, runner, func(ctx context.Context) error {
		swapped := make(chan struct{})
		var writing sync.WaitGroup
		var failed error
		writing.Add(1)
		go func() {
			defer writing.Done()
			failed = p.ask(ctx, swapped)
		}()
		version, err := p.buildAndSwap(ctx)
		close(swapped)
		writing.Wait()
		if err := errors.Join(err, failed); err != nil {
			return err
		}
		return p.swapBack(ctx, version)
	})
}

// ask streams facts in; the last ones wait until readers see the new version.
func (p *play) ask(ctx context.Context, swapped <-chan struct{}) error {
	for i := range questions {
		if i == questions-last {
			<-swapped
		}
		if _, err := p.ben.Do(ctx, p.standup, mind.Access("when is the standup?")); err != nil {
			return err
		}
	}
	return nil
}

func (p *play) buildAndSwap(ctx context.Context) (projection.Version, error) {
	version, err := projection.Rebuild(ctx, p.library.Models, list)
	if err != nil {
		return version, err
	}
	p.page.Line("  rebuild    v%d from the first event on, readers see v%d", version.Number, version.Number-1)
	if err := p.showProgress(ctx, version); err != nil {
		return version, err
	}
	if err := projection.Swap(ctx, p.library.Models, list, version.Number); err != nil {
		return version, err
	}
	p.page.Line("  swap       readers see v%d, in one transaction; v%d stands by and follows", version.Number, version.Number-1)
	return version, nil
}

// showProgress blocks until a version has come to where the store ended when it was called.
func (p *play) showProgress(ctx context.Context, version projection.Version) error {
	target, _, err := p.library.Events.Head(ctx)
	if err != nil {
		return err
	}
	for quarter := 1; quarter <= 4; {
		lags, err := projection.Lag(ctx, p.library.Models, target)
		if err != nil {
			return err
		}
		for _, lag := range lags {
			if lag.Version.ID != list || lag.Version.Number != version.Number {
				continue
			}
			for ; quarter <= 4 && 4*(target-lag.Events) >= target*runtime.Position(quarter); quarter++ {
				p.page.Line("  progress   %3d %%", 25*quarter)
			}
		}
		if err := p.pause(ctx); err != nil {
			return err
		}
	}
	return nil
}

// swapBack shows that both versions are the same, and ends with the first one.
func (p *play) swapBack(ctx context.Context, version projection.Version) error {
	if err := p.showUses(ctx, version.Number); err != nil {
		return err
	}
	if err := projection.SwapBack(ctx, p.library.Models, list); err != nil {
		return err
	}
	p.page.Line("  swap back  readers see v%d again", version.Number-1)
	if err := p.showUses(ctx, version.Number-1); err != nil {
		return err
	}
	if err := projection.Retire(ctx, p.library.Models, list, version.Number); err != nil {
		return err
	}
	p.page.Line("  retire     v%d and its tables are gone", version.Number)
	p.page.Note("  %d facts came in meanwhile; nobody waited, and nobody saw half a list", questions)
	return nil
}

func (p *play) showUses(ctx context.Context, number int) error {
	rows, _, err := p.ada.List(ctx, projection.Page{})
	for _, row := range rows {
		if row.MemoryID == p.standup {
			p.page.Line("  list v%d    %s  (used %d times)", number, row.Text, row.Accesses)
		}
	}
	return err
}

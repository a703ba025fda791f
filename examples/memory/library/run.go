package library

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/evgen/evgen/examples/memory/events/memory/memoryread"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

// lease is how long the read models stay with a process that was killed. It is
// shorter than a reader's patience.
const lease = 5 * time.Second

// poll is how often runners ask whose turn it is: programs that run for a moment
// pass the read models on to each other.
const poll = 50 * time.Millisecond

// Runner returns what keeps the read models up to date, not yet running.
func (l *Library) Runner(opts ...projection.Option) (Runner, error) {
	return l.RunnerWith(nil, opts...)
}

// RunnerWith returns a Runner like that of a release that is at fault: the search
// fails with the facts that refuse returns an error for.
func (l *Library) RunnerWith(refuse Refuse, opts ...projection.Option) (Runner, error) {
	return l.place.runner(l.Events, refuse, append(l.options(), opts...))
}

// Run keeps the read models up to date until ctx ends, by a runner of this library.
func (l *Library) Run(ctx context.Context, runner Runner) error {
	l.count(1)
	defer l.count(-1)
	return runner.Run(ctx)
}

func (l *Library) count(n int) {
	l.mu.Lock()
	l.running += n
	l.mu.Unlock()
}

func (l *Library) isRunning() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.running > 0
}

// WaitFor blocks until the read models show all facts up to a position. Unless
// [Library.Run] or another process brings them there, it does so itself.
func (l *Library) WaitFor(ctx context.Context, position runtime.Position) error {
	now, err := l.standing(ctx, position)
	if err != nil || now.reached {
		return err
	}
	if l.isRunning() {
		return l.wait(ctx, position)
	}
	var opts []projection.Option
	if now.outdated {
		opts = append(opts, projection.SwapWhenReady()) // nobody else would
	}
	runner, err := l.Runner(opts...)
	if err != nil {
		return err
	}
	return l.Beside(ctx, runner, func(ctx context.Context) error { return l.wait(ctx, position) })
}

// standing is how the live versions stand to a position and to this release.
type standing struct {
	reached, outdated bool
}

func (l *Library) standing(ctx context.Context, position runtime.Position) (standing, error) {
	lags, err := projection.Lag(ctx, l.Models, position)
	digests := map[string]string{}
	now := standing{reached: true}
	for _, lag := range lags {
		if lag.Version.State == projection.Live {
			digests[lag.Version.ID] = lag.Version.Digest
			now.reached = now.reached && lag.Events == 0
		}
	}
	for _, p := range declared() {
		digest, live := digests[p.ID]
		now.reached = now.reached && live
		now.outdated = now.outdated || live && digest != p.Digest
	}
	return now, err
}

func (l *Library) wait(ctx context.Context, position runtime.Position) error {
	for _, p := range declared() {
		if err := projection.WaitFor(ctx, l.Models, p.ID, position); err != nil {
			return err
		}
	}
	return nil
}

// declared are the projections, apart from who writes them.
func declared() []projection.Projection[any] {
	return []projection.Projection[any]{memoryread.MemoryList[any](nil), memoryread.MemorySearch[any](nil)}
}

// Beside calls use while a runner keeps the read models up to date, and returns
// when both have ended.
func (l *Library) Beside(ctx context.Context, runner Runner, use func(context.Context) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	ended := make(chan error, 1)
	go func() {
		err := l.Run(ctx, runner)
		if err != nil {
			cancel(fmt.Errorf("read models: %w", err)) // or use would wait in vain
		}
		ended <- err
	}()
	err := use(ctx)
	cancel(nil)
	return errors.Join(err, <-ended)
}

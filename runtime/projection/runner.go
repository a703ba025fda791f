package projection

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/evgen/evgen/runtime"
)

// Runner keeps projections up to date. Any number of them, in any number of
// processes, share the shards: whoever starts claims what is free, and no more
// than its share while others are alive. Shards do not move to a runner that
// comes later until one of the owners stops or loses a lease.
type Runner[T any] struct {
	config      config
	db          Database[T]
	decoder     runtime.Decoder
	projections map[string]*followed[T]
	// order is that in which the projections were given.
	order []string
	tail  *tail
	// moved tells that a live version has moved, woken that versions may have changed.
	moved, woken runtime.Signal

	mu sync.Mutex
	// working holds the shards that are this runner's now.
	working map[place]*shard[T]
}

// followed is a projection with what its readers need.
type followed[T any] struct {
	Projection[T]
	filter runtime.Filter
	types  map[string]bool
}

// NewRunner checks the projections and starts nothing. It returns an error if two
// have one ID, or if one handles no type or one that is in no schema of decoder.
func NewRunner[T any](store Source, db Database[T], decoder *runtime.Registry, projections []Projection[T], opts ...Option) (*Runner[T], error) {
	c := newConfig(opts)
	r := &Runner[T]{
		config: c, db: db, decoder: decoder,
		projections: map[string]*followed[T]{},
		tail:        &tail{source: store, logger: c.logger},
		working:     map[place]*shard[T]{},
	}
	for _, p := range projections {
		if r.projections[p.ID] != nil {
			return nil, fmt.Errorf("projection %s is given twice", p.ID)
		}
		f, err := follow(p, decoder)
		if err != nil {
			return nil, fmt.Errorf("projection %s: %w", p.ID, err)
		}
		r.projections[p.ID] = f
		r.order = append(r.order, p.ID)
	}
	return r, nil
}

func follow[T any](p Projection[T], decoder *runtime.Registry) (*followed[T], error) {
	if isRaw(p.Handler) {
		return &followed[T]{Projection: p, filter: runtime.Filter{Types: p.Types}}, nil
	}
	if len(p.Types) == 0 {
		return nil, fmt.Errorf("it handles no events")
	}
	stored, err := decoder.StoredTypes(p.Types...)
	if err != nil {
		return nil, err
	}
	f := &followed[T]{Projection: p, filter: runtime.Filter{Types: stored}, types: map[string]bool{}}
	for _, t := range p.Types {
		f.types[decoder.Event(t).Type] = true
	}
	return f, nil
}

// Wake makes the runner look at once for versions that were added, swapped or
// retired, instead of within a poll.
func (r *Runner[T]) Wake() { r.woken.Notify() }

// Run keeps the projections up to date until ctx ends; then it rolls back what is
// under way, gives its shards back, waits for its goroutines, and returns nil. What
// fails meanwhile is logged and tried again: a shard that cannot go on says why in
// the ledger (see [Lag]), and the others go on. An error means that nothing was begun,
// such as *[LedgerVersionError], or that nothing can go on in this process: [ErrOver].
// A database or a store that cannot be reached is waited for, also at the start.
func (r *Runner[T]) Run(ctx context.Context) error {
	running, end := context.WithCancelCause(ctx)
	defer end(nil)
	err := Insist(running, r.db.Transient, r.config.logger, r.prepare)
	if err == nil {
		r.follow(running, end)
		err = context.Cause(running)
	}
	if ctx.Err() != nil || err == nil {
		return nil
	}
	return fmt.Errorf("run projections: %w", err)
}

// follow works on shards until ctx ends, for which a shard calls end.
func (r *Runner[T]) follow(ctx context.Context, end context.CancelCauseFunc) {
	for _, id := range r.order {
		advise(ctx, r.config.logger, id, r.projections[id].Handler)
	}
	var following sync.WaitGroup
	defer following.Wait()
	following.Add(1)
	go func() {
		defer following.Done()
		r.tail.follow(ctx)
	}()
	(&supervisor[T]{Runner: r, end: end, failures: map[place]failure{}, nextSwap: map[place]time.Time{}}).run(ctx)
}

func (r *Runner[T]) prepare(ctx context.Context) error {
	if err := r.db.Setup(ctx); err != nil {
		return fmt.Errorf("set up the ledger: %w", err)
	}
	if err := r.tail.look(ctx); err != nil {
		return err
	}
	for _, id := range r.order {
		if err := r.adopt(ctx, r.projections[id]); err != nil {
			return fmt.Errorf("projection %s: %w", id, err)
		}
	}
	return nil
}

// adopt makes sure that there is a version of this digest.
func (r *Runner[T]) adopt(ctx context.Context, p *followed[T]) error {
	return r.db.Ledger(ctx, func(l Ledger) error {
		if err := l.Lock(ctx, p.ID); err != nil {
			return err
		}
		versions, err := l.Versions(ctx, p.ID)
		if err != nil {
			return err
		}
		for i := range versions {
			if p.follows(&versions[i]) {
				return nil
			}
		}
		_, err = l.AddVersion(ctx, Version{ID: p.ID, Digest: p.Digest, State: Building, Tables: p.Handler.Tables()}, r.config.shards)
		return err
	})
}

// follows reports whether v is kept up to date by this projection.
func (p *followed[T]) follows(v *Version) bool {
	return v.ID == p.ID && v.Digest == p.Digest && v.State != Retired
}

// create makes the tables of a version, unless another process was faster. The
// first version of a projection is live at once.
func (r *Runner[T]) create(ctx context.Context, p *followed[T], v Version) error {
	_, incarnation := r.tail.end()
	_, loads := p.Handler.(Loader[T])
	return r.db.Transact(ctx, v, func(tx T, l Ledger) error {
		if err := l.Lock(ctx, v.ID); err != nil {
			return err
		}
		versions, err := l.Versions(ctx, v.ID)
		if err != nil {
			return err
		}
		now := numbered(versions, v.Number)
		if now == nil || now.Incarnation != "" || now.State == Retired {
			return nil
		}
		if err := p.Handler.Create(ctx, tx); err != nil {
			return fmt.Errorf("create the tables of %s: %w", &v, err)
		}
		now.Incarnation, now.Loaded = incarnation, !loads
		if err := oneShard(ctx, l, *now, loads); err != nil {
			return err
		}
		return publishFirst(ctx, l, versions, now)
	})
}

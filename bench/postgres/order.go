package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/evgen/evgen/golden/memory/events/memory"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/postgres"
)

// measureOrder lets eight adversarial writers append and compares what a subscription delivers, and how late, with the
// plain reader that asks for positions above the last one it saw.
func measureOrder(ctx context.Context, b *bench) error {
	rows := [][]string{{"", "events", "lost", "out of order", "p50", "p99", "largest"}}
	for _, open := range []string{"", ", beside an open write transaction"} {
		for _, r := range []struct {
			name string
			read reader
		}{{"subscription", subscription}, {"plain reader", plainReader}} {
			d, err := b.adversaries(ctx, r.read, open != "")
			if err != nil {
				return fmt.Errorf("%s%s: %w", r.name, open, err)
			}
			rows = append(rows, append([]string{r.name + open}, d.cells()...))
		}
	}
	print("Order and delivery latency, 8 writers (30 % write elsewhere first, 12 % roll back, commits up to 5 ms late)", rows)
	return nil
}

// reader reports each event that it sees, until ctx ends.
type reader func(ctx context.Context, p *pgxpool.Pool, s *postgres.Store, saw func(id uuid.UUID, position runtime.Position)) error

func subscription(ctx context.Context, _ *pgxpool.Pool, s *postgres.Store, saw func(uuid.UUID, runtime.Position)) error {
	for rec, err := range s.Subscribe(ctx, 0, runtime.Filter{}) {
		if err != nil {
			return ended(ctx, err)
		}
		saw(rec.ID, rec.Position)
	}
	return nil
}

// plainReader is what everybody writes first: it loses events, since a lower position may commit later.
func plainReader(ctx context.Context, p *pgxpool.Pool, _ *postgres.Store, saw func(uuid.UUID, runtime.Position)) error {
	var last int64
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for {
		rows, err := p.Query(ctx, "SELECT id, position FROM evgen.events WHERE position > $1 ORDER BY position", last)
		if err != nil {
			return ended(ctx, err)
		}
		var id [16]byte
		if _, err := pgx.ForEachRow(rows, []any{&id, &last}, func() error { saw(id, runtime.Position(last)); return nil }); err != nil {
			return ended(ctx, err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// ended is nil for the error of a reader that was told to stop.
func ended(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// delivery is what a reader made of the events that were committed.
type delivery struct {
	mu        sync.Mutex
	committed map[uuid.UUID]time.Time
	seen      map[uuid.UUID]time.Time
	last      runtime.Position
	inverted  int
}

func (d *delivery) saw(id uuid.UUID, position runtime.Position) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if position <= d.last {
		d.inverted++
	}
	d.last = max(d.last, position)
	if _, again := d.seen[id]; !again {
		d.seen[id] = time.Now()
	}
}

func (d *delivery) commit(id uuid.UUID) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.committed[id] = time.Now()
}

func (d *delivery) complete() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.seen) >= len(d.committed)
}

func (d *delivery) cells() []string {
	var late []time.Duration
	lost := 0
	for id, at := range d.committed {
		seen, ok := d.seen[id]
		if !ok {
			lost++
			continue
		}
		late = append(late, max(seen.Sub(at), 0))
	}
	slices.Sort(late)
	return []string{
		fmt.Sprint(len(d.committed)), fmt.Sprint(lost), fmt.Sprint(d.inverted),
		percentile(late, 50), percentile(late, 99), percentile(late, 100),
	}
}

func percentile(sorted []time.Duration, p int) string {
	if len(sorted) == 0 {
		return "-"
	}
	return sorted[min(len(sorted)*p/100, len(sorted)-1)].Round(10 * time.Microsecond).String()
}

// adversaries runs writers and one reader for five windows.
func (b *bench) adversaries(ctx context.Context, read reader, unrelated bool) (*delivery, error) {
	p, s, drop, err := b.store(ctx)
	if err != nil {
		return nil, err
	}
	defer drop()
	if _, err := p.Exec(ctx, "CREATE TABLE elsewhere (x int)"); err != nil {
		return nil, err
	}
	d := &delivery{committed: map[uuid.UUID]time.Time{}, seen: map[uuid.UUID]time.Time{}}
	reading, stop := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() { done <- read(reading, p, s, d.saw) }()
	err = b.write(ctx, p, s, d, unrelated)
	d.await(2 * time.Second)
	stop()
	return d, errors.Join(err, <-done)
}

// await gives the reader a last chance to see everything.
func (d *delivery) await(patience time.Duration) {
	for deadline := time.Now().Add(patience); !d.complete() && time.Now().Before(deadline); {
		time.Sleep(time.Millisecond)
	}
}

func (b *bench) write(ctx context.Context, p *pgxpool.Pool, s *postgres.Store, d *delivery, unrelated bool) error {
	end := time.Now().Add(5 * b.window)
	if unrelated {
		tx, err := p.Begin(ctx)
		if err != nil {
			return err
		}
		defer tx.Rollback(ctx)
		if _, err := tx.Exec(ctx, "INSERT INTO elsewhere VALUES (0)"); err != nil {
			return err
		}
	}
	var wg sync.WaitGroup
	errs := make([]error, 8)
	for w := range errs {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for n := 0; time.Now().Before(end) && errs[w] == nil; n++ {
				errs[w] = adversary(ctx, p, s, d, n)
			}
		}()
	}
	wg.Wait()
	return errors.Join(errs...)
}

// adversary appends one event in a transaction that has other things to do as well.
func adversary(ctx context.Context, p *pgxpool.Pool, s *postgres.Store, d *delivery, n int) error {
	tx, err := p.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if rand.IntN(100) < 30 {
		if _, err := tx.Exec(ctx, "INSERT INTO elsewhere VALUES ($1)", n); err != nil {
			return err
		}
	}
	id := uuid.New()
	stream, cause := memory.MemoryStream(id), runtime.Root().WithCommand(id)
	if _, err := s.InTx(tx).Append(ctx, stream, runtime.ExpectNew(), cause, created(n)); err != nil {
		return err
	}
	time.Sleep(time.Duration(rand.IntN(5000)) * time.Microsecond)
	if rand.IntN(100) < 12 {
		return tx.Rollback(ctx)
	}
	if err := tx.Commit(ctx); err != nil {
		return err
	}
	d.commit(cause.EventID(stream, 0))
	return nil
}

package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/golden/memory/events/memory"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/pgmodel"
	"github.com/evgen/evgen/runtime/pgsaga"
	"github.com/evgen/evgen/runtime/postgres"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/saga"
)

// bench is a database with a store, sagas, and rows to be updated.
type bench struct {
	options
	store   *postgres.Store
	models  *pgmodel.DB
	sagas   *pgsaga.DB
	decoder *runtime.Registry
	start   saga.Start
	begun   int
}

const (
	makeRows = `CREATE TABLE bare (id bytea PRIMARY KEY, n bigint NOT NULL) WITH (fillfactor = 70);
		INSERT INTO bare SELECT convert_to('row ' || i, 'UTF8'), 0 FROM generate_series(0, 9999) i`

	// the primary key
	updateRow = `UPDATE bare SET n = n + 1 WHERE id = $1`
)

func newBench(ctx context.Context, dsn string, o options) (b *bench, err error) {
	b = &bench{options: o}
	if b.store, err = postgres.Open(ctx, dsn, postgres.WithMigrations()); err != nil {
		return nil, err
	}
	if b.models, err = pgmodel.Open(ctx, dsn+"&pool_max_conns=20"); err != nil {
		return nil, err
	}
	b.sagas = pgsaga.New(b.models)
	if b.decoder, err = runtime.NewRegistry(memory.Schema()); err != nil {
		return nil, err
	}
	if err = errors.Join(b.models.Setup(ctx), b.sagas.Setup(ctx)); err != nil {
		return nil, err
	}
	if _, err = b.models.Pool().Exec(ctx, makeRows); err != nil {
		return nil, err
	}
	return b, b.append(ctx)
}

// append stores the event that begins all sagas.
func (b *bench) append(ctx context.Context) error {
	cause := runtime.Root().WithCommand(uuid.New())
	stream := memory.MemoryStream(uuid.New())
	b.start = saga.Start{Event: cause.EventID(stream, 0), Correlation: cause.Correlation()}
	_, err := b.store.Append(ctx, stream, runtime.ExpectNew(), cause,
		memory.MemoryCreated{Text: "It rains.", CreatedAt: time.Unix(0, 0), Source: memory.Source{Origin: memory.OriginTool}})
	return err
}

func (b *bench) close() {
	b.models.Close()
	_ = b.store.Close()
}

// counter counts transitions.
type counter struct{ n atomic.Int64 }

func (c *counter) Moved(saga.Moved) { c.n.Add(1) }

// enough is more sagas than a worker gets through in a second.
const enough = 6000

// transitions returns how many a worker makes a second.
func (b *bench) transitions(ctx context.Context, workers int) (float64, error) {
	d := saga.Definition{ID: fmt.Sprint("bench", b.begun), Start: memory.TypeMemoryCreated}
	for i := range b.steps {
		nothing := func(context.Context, *saga.Run) error { return nil }
		d.Steps = append(d.Steps, saga.Step{Name: fmt.Sprint("step", i), Do: nothing, Compensate: nothing})
	}
	counted := &counter{}
	worker, err := saga.NewWorker(b.store, b.sagas, b.decoder, postgres.AppendIn[*pgmodel.Tx](b.store), d,
		saga.WithConcurrency(workers), saga.WithObserver(counted), saga.WithLogger(slog.New(slog.DiscardHandler)))
	if err != nil {
		return 0, err
	}
	if err := b.begin(ctx, worker); err != nil {
		return 0, err
	}
	running, stop := context.WithCancel(ctx)
	defer stop()
	done := make(chan error, 1)
	go func() { done <- worker.Run(running) }()
	for counted.n.Load() < 100 && ctx.Err() == nil {
		time.Sleep(time.Millisecond)
	}
	before, began := counted.n.Load(), time.Now()
	time.Sleep(b.window)
	after, took := counted.n.Load(), time.Since(began)
	stop()
	return float64(after-before) / took.Seconds(), <-done
}

// begin stores enough sagas, as the events of as many streams would.
func (b *bench) begin(ctx context.Context, worker *saga.Worker[*pgmodel.Tx]) error {
	b.begun++
	facts := make([]projection.Fact, int(b.window.Seconds()*enough))
	for i := range facts {
		facts[i].ID, facts[i].Correlation, facts[i].Position = b.start.Event, b.start.Correlation, 1
		facts[i].Stream = runtime.StreamOf(memory.CategoryMemory, fmt.Sprint(i))
		facts[i].Data = memory.MemoryCreated{}
	}
	starter := worker.Starter().Handler
	if err := starter.(projection.Gated).Admit(ctx); err != nil {
		return err
	}
	err := b.models.Transact(ctx, projection.Version{State: projection.Live}, func(tx *pgmodel.Tx, _ projection.Ledger) error {
		return starter.Apply(ctx, tx, facts)
	})
	if err != nil {
		return err
	}
	_, err = b.models.Pool().Exec(ctx, `VACUUM ANALYZE evgen.sagas`)
	return err
}

// updates returns how many bare updates as many connections make a second, each of rows of its own.
func (b *bench) updates(ctx context.Context, workers int) (float64, error) {
	var group sync.WaitGroup
	var n atomic.Int64
	errs := make([]error, workers)
	began := time.Now()
	for w := range workers {
		group.Add(1)
		go func() {
			defer group.Done()
			for i := w; time.Since(began) < b.window && errs[w] == nil; i += workers {
				_, errs[w] = b.models.Pool().Exec(ctx, updateRow, fmt.Appendf(nil, "row %d", i%10_000))
				n.Add(1)
			}
		}()
	}
	group.Wait()
	return float64(n.Load()) / time.Since(began).Seconds(), errors.Join(errs...)
}

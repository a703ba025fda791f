package soak_test

import (
	"context"
	"errors"
	"flag"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/evgen/evgen/internal/pgtest"
	"github.com/evgen/evgen/internal/soak"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/pgmodel"
	"github.com/evgen/evgen/runtime/projection"
)

var length = flag.Duration("soak", 9*time.Second, "how long writers write")

func run(t *testing.T, plan soak.Plan) *soak.Report {
	t.Helper()
	plan.Seed = uint64(time.Now().UnixNano())
	server := pgtest.Start(t, soak.Settings()...)
	ctx, cancel := context.WithTimeout(context.Background(), plan.Length+4*time.Minute)
	defer cancel()
	report, err := soak.Run(ctx, server, plan)
	if err != nil {
		t.Fatalf("seed %d: %v", plan.Seed, err)
	}
	t.Logf("seed %d\n%s", plan.Seed, report)
	return report
}

func TestNothingIsLostDoubledOrOutOfOrderWhateverHappens(t *testing.T) {
	for name, partition := range map[string]int64{"one table": 0, "partitions": 2000} {
		t.Run(name, func(t *testing.T) { everything(t, partition) })
	}
}

func everything(t *testing.T, partition int64) {
	report := run(t, soak.Plan{
		Length: *length, KillEvery: max(4*time.Second, *length/40), SwapEvery: max(time.Second, *length/60), Locks: 10_000, Partition: partition,
	})
	if err := report.Err(); err != nil {
		t.Error(err)
	}
	if partition > 0 && report.Partitions() == 0 {
		t.Error("no partition was made meanwhile")
	}
	if report.Kills() == 0 || report.Prepared() == 0 || report.Swaps() == 0 && *length > time.Minute {
		t.Errorf("too little happened: %d kills, %d swaps, %d prepared transactions", report.Kills(), report.Swaps(), report.Prepared())
	}
}

// A reader who takes what is visible for all there is.
func TestSoakCatchesAReaderThatPassesWhatIsNotVisibleYet(t *testing.T) {
	report := run(t, soak.Plan{Length: 3 * time.Second, Follow: naive})
	if report.Readers() == nil {
		t.Error("nothing was lost")
	}
	if err := errors.Join(report.Writers(), report.Models()); err != nil {
		t.Error(err)
	}
}

func naive(ctx context.Context, dsn string, after runtime.Position, see func(*runtime.Record) error) error {
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	for {
		// the primary key
		rows, err := conn.Query(ctx, `SELECT position, data FROM evgen.events WHERE position > $1 ORDER BY position`, after)
		if err != nil {
			return err
		}
		var rec runtime.Record
		_, err = pgx.ForEachRow(rows, []any{&rec.Position, &rec.Data}, func() error {
			after, rec.RecordedAt = rec.Position, time.Now()
			return see(&rec)
		})
		if err != nil {
			return err
		}
	}
}

// A read model whose checkpoint moves in a transaction of its own, behind the one that
// writes its rows. Now and then the process ends between them.
func TestSoakCatchesAReadModelWhoseCheckpointIsNotInItsTransaction(t *testing.T) {
	report := run(t, soak.Plan{Length: 3 * time.Second, Models: func(db *pgmodel.DB) projection.Database[*pgmodel.Tx] {
		return &torn{DB: db}
	}})
	if report.Models() == nil {
		t.Error("nothing was doubled")
	}
	if err := errors.Join(report.Writers(), report.Readers()); err != nil {
		t.Error(err)
	}
}

type torn struct {
	*pgmodel.DB
	batches atomic.Int64
}

func (d *torn) Transact(ctx context.Context, v projection.Version, fn func(tx *pgmodel.Tx, l projection.Ledger) error) error {
	if !v.Loaded {
		return d.DB.Transact(ctx, v, fn)
	}
	return d.DB.Ledger(ctx, func(l projection.Ledger) error {
		err := d.DB.Transact(ctx, v, func(tx *pgmodel.Tx, _ projection.Ledger) error { return fn(tx, l) })
		if err == nil && d.batches.Add(1)%5 == 0 {
			err = projection.ErrFenced // as the next owner finds it
		}
		return err
	})
}

package pgmodel

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

// A memory is created, accessed, reworded and forgotten.
type (
	memoryCreated struct {
		runtime.Event
		id          uuid.UUID
		agent, text string
		importance  float64
	}
	memoryAccessed struct {
		runtime.Event
		id uuid.UUID
	}
	memoryReworded struct {
		runtime.Event
		id   uuid.UUID
		text string
	}
	memoryForgotten struct {
		runtime.Event
		id uuid.UUID
	}
)

type memory struct {
	Agent, Text          string
	Importance           float64
	Accesses             int64
	CreatedAt, ChangedAt time.Time
}

var memories = projection.Rows[uuid.UUID, memory]{
	Table: projection.Table{
		Name: "memories",
		Columns: []projection.Column{
			{Name: "id", Type: projection.UUID}, {Name: "agent", Type: projection.Text}, {Name: "text", Type: projection.Text},
			{Name: "importance", Type: projection.Float}, {Name: "accesses", Type: projection.Int},
			{Name: "created_at", Type: projection.Timestamp}, {Name: "changed_at", Type: projection.Timestamp},
		},
		Keys:    1,
		Indexes: [][]string{{"agent", "created_at"}},
	},
	Key: func(f *projection.Fact) (uuid.UUID, bool) {
		switch e := f.Data.(type) {
		case *memoryCreated:
			return e.id, true
		case *memoryAccessed:
			return e.id, true
		case *memoryReworded:
			return e.id, true
		case *memoryForgotten:
			return e.id, true
		}
		return uuid.UUID{}, false
	},
	Apply: func(c *projection.Change[memory], f *projection.Fact) {
		switch e := f.Data.(type) {
		case *memoryCreated:
			if c.Upsert() {
				c.Data.Agent, c.Data.Text, c.Data.Importance, c.Data.CreatedAt, c.Data.ChangedAt = e.agent, e.text, e.importance, f.OccurredAt, f.OccurredAt
				c.Set |= 0b110111
			}
		case *memoryAccessed:
			if c.Update() {
				c.Data.Accesses, c.Added = c.Data.Accesses+1, c.Added|0b001000
				c.Data.ChangedAt, c.Set = f.OccurredAt, c.Set|0b100000
			}
		case *memoryReworded:
			if c.Update() {
				c.Data.Text, c.Data.ChangedAt, c.Set = e.text, f.OccurredAt, c.Set|0b100010
			}
		case *memoryForgotten:
			c.Delete()
		}
	},
	Write: func(w projection.RowWriter, key uuid.UUID, row *memory) {
		w.UUID(key)
		w.Text(row.Agent)
		w.Text(row.Text)
		w.Float(row.Importance)
		w.Int(row.Accesses)
		w.Timestamp(row.CreatedAt)
		w.Timestamp(row.ChangedAt)
	},
}

// history is 200,000 facts of 60,000 memories, shuffled as life does it.
func history() []projection.Fact {
	const n, rows = 200_000, 60_000
	r := rand.New(rand.NewPCG(1, 2))
	facts := make([]projection.Fact, n)
	var ids []uuid.UUID
	start := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range facts {
		f := &facts[i]
		f.Position, f.OccurredAt = runtime.Position(i+1), start.Add(time.Duration(i)*time.Millisecond)
		if len(ids) == 0 || len(ids) < rows && r.IntN(n) < rows*5/4 {
			var id uuid.UUID
			for b := range id {
				id[b] = byte(r.Uint32())
			}
			ids = append(ids, id)
			f.Data = &memoryCreated{id: id, agent: fmt.Sprint("agent-", r.IntN(50)), text: fmt.Sprint("the user prefers short answers, number ", i), importance: r.Float64()}
			continue
		}
		id := ids[r.IntN(len(ids))]
		switch k := r.IntN(20); {
		case k < 14:
			f.Data = &memoryAccessed{id: id}
		case k < 19:
			f.Data = &memoryReworded{id: id, text: fmt.Sprint("the user now prefers long answers, number ", i)}
		default:
			f.Data = &memoryForgotten{id: id}
		}
	}
	return facts
}

// BenchmarkRebuild compares ways from facts in memory to rows. copy-and-merge
// folds nothing: the facts go to a temporary table, and one statement makes rows
// of them.
func BenchmarkRebuild(b *testing.B) {
	facts := history()
	db, h := newDB(b), Declared(&memories)
	ways := map[string]func(v projection.Version){
		"load":           func(v projection.Version) { bulk(b, db, v, h, facts) },
		"apply-20000":    func(v projection.Version) { inBatches(b, db, v, h, facts, 20_000) },
		"apply-1000":     func(v projection.Version) { inBatches(b, db, v, h, facts, 1_000) },
		"copy-and-merge": func(v projection.Version) { copyAndMerge(b, db, v, facts) },
	}
	for _, name := range []string{"copy-and-merge", "load", "apply-20000", "apply-1000"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				v := add(b, db, "memories", h)
				b.StartTimer()
				ways[name](v)
				b.StopTimer()
				ledgered(b, db, func(l projection.Ledger) error { return l.Drop(context.Background(), v) })
				b.StartTimer()
			}
			b.ReportMetric(float64(len(facts)*b.N)/b.Elapsed().Seconds(), "facts/s")
		})
	}
}

func inBatches(b *testing.B, db *DB, v projection.Version, h projection.Handler[*Tx], facts []projection.Fact, n int) {
	for len(facts) > 0 {
		n = min(n, len(facts))
		apply(b, db, v, h, facts[:n])
		facts = facts[n:]
	}
}

func bulk(b *testing.B, db *DB, v projection.Version, h projection.Handler[*Tx], facts []projection.Fact) {
	load := h.(projection.Loader[*Tx]).NewLoad()
	if err := load.Add(facts); err != nil {
		b.Fatal(err)
	}
	transacted(b, db, v, func(tx *Tx) error {
		if err := load.Flush(context.Background(), tx); err != nil {
			return err
		}
		return load.Finish(context.Background(), tx)
	})
}

func copyAndMerge(b *testing.B, db *DB, v projection.Version, facts []projection.Fact) {
	ctx := context.Background()
	transacted(b, db, v, func(tx *Tx) error {
		if _, err := tx.Exec(ctx, `CREATE TEMPORARY TABLE facts (position bigint, kind text, id uuid, agent text, text text,
			importance double precision, at timestamptz) ON COMMIT DROP`); err != nil {
			return err
		}
		rows := pgx.CopyFromSlice(len(facts), func(i int) ([]any, error) {
			f := &facts[i]
			switch e := f.Data.(type) {
			case *memoryCreated:
				return []any{int64(f.Position), "created", e.id, e.agent, e.text, e.importance, f.OccurredAt}, nil
			case *memoryAccessed:
				return []any{int64(f.Position), "accessed", e.id, nil, nil, nil, f.OccurredAt}, nil
			case *memoryReworded:
				return []any{int64(f.Position), "reworded", e.id, nil, e.text, nil, f.OccurredAt}, nil
			case *memoryForgotten:
				return []any{int64(f.Position), "forgotten", e.id, nil, nil, nil, f.OccurredAt}, nil
			}
			return nil, fmt.Errorf("unknown fact %T", f.Data)
		})
		if _, err := tx.CopyFrom(ctx, pgx.Identifier{"facts"}, []string{"position", "kind", "id", "agent", "text", "importance", "at"}, rows); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `INSERT INTO `+tx.Table("memories")+` (id, agent, text, importance, accesses, created_at, changed_at)
			SELECT id, max(agent), (array_agg(text ORDER BY position DESC) FILTER (WHERE text IS NOT NULL))[1], max(importance),
				count(*) FILTER (WHERE kind = 'accessed'), min(at), max(at)
			FROM facts GROUP BY id HAVING NOT bool_or(kind = 'forgotten')`)
		return err
	})
}

// BenchmarkLive is one fact in a batch of its own, checkpoint included.
func BenchmarkLive(b *testing.B) {
	db, h, ctx := newDB(b), Declared(&memories), context.Background()
	v := add(b, db, "memories", h)
	facts := history()[:1000]
	apply(b, db, v, h, facts)
	var lease *projection.Lease
	ledgered(b, db, func(l projection.Ledger) (err error) {
		lease, err = l.Claim(ctx, v, 0, "bench", time.Hour)
		return err
	})
	for i := 0; b.Loop(); i++ {
		f := facts[i%len(facts)]
		err := db.Transact(ctx, v, func(tx *Tx, l projection.Ledger) error {
			if err := l.Advance(ctx, lease, runtime.Position(i), runtime.Position(i+1)); err != nil {
				return err
			}
			return h.Apply(ctx, tx, []projection.Fact{f})
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

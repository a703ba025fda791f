package pgmodel

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

func scanText(row pgx.CollectableRow, text *string) error { return row.Scan(text) }

// model says, one fact at a time and without a fold, which rows there are.
func model(facts []projection.Fact) []string {
	table := map[string]*note{}
	for i := range facts {
		f := &facts[i]
		row, there := table[f.Actor]
		switch f.Data.(type) {
		case created, mentioned:
			if !there {
				row = &note{}
				table[f.Actor] = row
			}
		case removed:
			delete(table, f.Actor)
			continue
		default:
			if !there {
				continue
			}
		}
		happen(row, f)
	}
	delete(table, "")
	var list []string
	for key, row := range table {
		comment := ""
		if row.Comment != nil {
			comment = `"` + *row.Comment + `"`
		}
		list = append(list, fmt.Sprintf(`(%s,%s,%d,%s,%v)`, key, quotedIfSpaced(row.Text), row.Count, comment, row.Score))
	}
	slices.Sort(list)
	return list
}

func quotedIfSpaced(text string) string {
	if text == "" || strings.Contains(text, " ") {
		return `"` + text + `"`
	}
	return text
}

func happen(row *note, f *projection.Fact) {
	switch f.Data.(type) {
	case created:
		row.Text = fmt.Sprint("text ", f.Position)
	case mentioned:
		row.Score += 0.5
	case counted:
		row.Count++
	case reset:
		row.Count = 100
	case commented:
		text := fmt.Sprint("comment ", f.Position)
		row.Comment = &text
		if f.Position%3 == 0 {
			row.Comment = nil
		}
	}
}

func drawFacts(t *rapid.T) []projection.Fact {
	kinds := []runtime.Event{created{}, created{}, counted{}, counted{}, reset{}, commented{}, mentioned{}, removed{}}
	facts := make([]projection.Fact, rapid.IntRange(0, 60).Draw(t, "facts"))
	for i := range facts {
		row := rapid.SampledFrom([]string{"", "a", "b", "c", "d"}).Draw(t, "row")
		facts[i] = fact(i+1, row, rapid.SampledFrom(kinds).Draw(t, "kind"))
	}
	return facts
}

// cut draws how facts fall into batches.
func cut(t *rapid.T, facts []projection.Fact) [][]projection.Fact {
	var batches [][]projection.Fact
	for len(facts) > 0 {
		n := rapid.IntRange(1, len(facts)).Draw(t, "batch")
		batches, facts = append(batches, facts[:n]), facts[n:]
	}
	return batches
}

func TestRowsAreThoseOfTheModelForEveryCut(t *testing.T) {
	db, h := newDB(t), Declared(&notes)
	v := add(t, db, "cut", h)
	rapid.Check(t, func(t *rapid.T) {
		facts := drawFacts(t)
		empty(t, db, v, "notes")
		for _, batch := range cut(t, facts) {
			apply(t, db, v, h, batch)
		}
		if got, want := all(t, db, v, "notes"), model(facts); !slices.Equal(got, want) {
			t.Fatalf("rows\n%q\nwant\n%q", got, want)
		}
	})
}

// Flushes fall anywhere, any of them may be tried twice, and the process may be
// replaced by another one after any of them.
func TestLoadedRowsAreThoseOfTheModelForEveryFlush(t *testing.T) {
	db, h, ctx := newDB(t), Declared(&notes), context.Background()
	loader := h.(projection.Loader[*Tx])
	failed := errors.New("the transaction failed")
	v := add(t, db, "loaded", h)
	rapid.Check(t, func(t *rapid.T) {
		facts := drawFacts(t)
		empty(t, db, v, "notes")
		load := loader.NewLoad()
		batches := cut(t, facts)
		for i, batch := range batches {
			if err := load.Add(batch); err != nil {
				t.Fatal(err)
			}
			if i < len(batches)-1 && !rapid.Bool().Draw(t, "flush") {
				continue
			}
			if rapid.Bool().Draw(t, "fail first") {
				err := transact(db, v, func(tx *Tx) error { return errors.Join(load.Flush(ctx, tx), failed) })
				if !errors.Is(err, failed) {
					t.Fatal(err)
				}
			}
			transacted(t, db, v, func(tx *Tx) error { return load.Flush(ctx, tx) })
			if rapid.Bool().Draw(t, "crash") {
				load = loader.NewLoad()
			}
		}
		transacted(t, db, v, func(tx *Tx) error { return load.Finish(ctx, tx) })
		if got, want := all(t, db, v, "notes"), model(facts); !slices.Equal(got, want) {
			t.Fatalf("rows\n%q\nwant\n%q", got, want)
		}
		// key and indexes are there again, so that batches can go on
		apply(t, db, v, h, []projection.Fact{fact(1000, "a", removed{}), fact(1001, "a", created{})})
	})
}

func TestFinishMakesKeyAndIndexesOnce(t *testing.T) {
	db, h, ctx := newDB(t), Declared(&notes), context.Background()
	v := add(t, db, "finished", h)
	count := func() []string {
		list, err := List(ctx, db.Pool(), scanText, `SELECT indexdef FROM pg_indexes WHERE tablename = $1 ORDER BY 1`, v.Table("notes"))
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	before := count()
	if len(before) != 3 {
		t.Fatalf("indexes %q", before)
	}
	load := h.(projection.Loader[*Tx]).NewLoad()
	_ = load.Add([]projection.Fact{fact(1, "a", created{})})
	transacted(t, db, v, func(tx *Tx) error { return load.Flush(ctx, tx) })
	if got := count(); len(got) != 0 {
		t.Errorf("a load keeps indexes up to date: %q", got)
	}
	for range 2 {
		transacted(t, db, v, func(tx *Tx) error { return h.(projection.Loader[*Tx]).NewLoad().Finish(ctx, tx) })
		if got := count(); !slices.Equal(got, before) {
			t.Errorf("indexes %q, want %q", got, before)
		}
	}
}

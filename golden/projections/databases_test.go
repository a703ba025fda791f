package projections

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/evgen/evgen/golden/projections/events/stock"
	"github.com/evgen/evgen/golden/projections/events/stock/stockpg"
	"github.com/evgen/evgen/golden/projections/events/stock/stockread"
	"github.com/evgen/evgen/golden/projections/events/stock/stocksqlite"
	"github.com/evgen/evgen/internal/pgtest"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/memstore"
	"github.com/evgen/evgen/runtime/pgmodel"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/sqlitemodel"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// list reads a page of some list.
type list[R any] func(ctx context.Context, page projection.Page) ([]R, string, error)

// view is a read model in a database, with the lists that its reader has.
type view[K comparable, R any] struct {
	name   string
	rows   *projection.Rows[K, R]
	key    func(row *R) K
	reader reader[K, R]
	lists  map[string]list[R] // besides the one by the key
}

// check compares all that a reader shows with the interpretation of the schema.
func (v view[K, R]) check(t *testing.T, facts []projection.Fact) {
	t.Helper()
	want := interpret(t, v.name)
	for _, f := range want.handled(slices.Clone(facts)) {
		want.add(&f)
	}
	rows := v.all(t, v.reader.List, projection.Page{Limit: 1000})
	got := map[string]cells{}
	for i := range rows {
		row := v.cells(&rows[i])
		got[strings.Join(row[:v.rows.Table.Keys], "|")] = row
	}
	if diff := gocmp.Diff(want.rows, got); diff != "" {
		t.Errorf("%s (-schema +database):\n%s", v.name, diff)
	}
	if len(want.rows) == 0 {
		t.Errorf("%s has no rows: the test shows nothing", v.name)
	}
	if n, err := v.reader.Count(t.Context()); err != nil || int(n) != len(rows) {
		t.Errorf("%s: count %d, %v; %d rows", v.name, n, err, len(rows))
	}
	v.checkGet(t, rows)
	v.checkPages(t, "List", v.reader.List, len(rows))
	for name, l := range v.lists {
		v.checkPages(t, name, l, len(rows))
	}
}

// cells is a row as its columns.
func (v view[K, R]) cells(row *R) cells {
	var out cells
	v.rows.Write(&out, v.key(row), row)
	return out
}

func (v view[K, R]) checkGet(t *testing.T, rows []R) {
	t.Helper()
	keys := map[K]bool{}
	for i := range rows {
		keys[v.key(&rows[i])] = true
		row, err := v.reader.Get(t.Context(), v.key(&rows[i]))
		if diff := gocmp.Diff(v.cells(&rows[i]), v.cells(&row)); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", v.name, err, diff)
		}
	}
	var none K
	if _, there := keys[none]; !there {
		if _, err := v.reader.Get(t.Context(), none); !errors.Is(err, projection.ErrNoRow) {
			t.Errorf("%s: a row of no key: %v", v.name, err)
		}
	}
}

// all reads page after page.
func (v view[K, R]) all(t *testing.T, l list[R], page projection.Page) []R {
	t.Helper()
	var out []R
	for {
		rows, next, err := l(t.Context(), page)
		if err != nil {
			t.Fatalf("%s: %v", v.name, err)
		}
		if len(rows) > page.Limit {
			t.Fatalf("%s: a page of %d, want %d", v.name, len(rows), page.Limit)
		}
		if out = append(out, rows...); len(out) > 10_000 {
			t.Fatalf("%s: the pages do not end", v.name)
		}
		if next == "" {
			return out
		}
		page.After = next
	}
}

// checkPages wants a list to be the same whatever the size of its pages, and backwards.
func (v view[K, R]) checkPages(t *testing.T, name string, l list[R], n int) {
	t.Helper()
	whole := v.text(v.all(t, l, projection.Page{Limit: 1000}))
	if len(whole) != n {
		t.Errorf("%s.%s has %d rows, want %d", v.name, name, len(whole), n)
	}
	for _, limit := range []int{1, 2, 3} {
		if diff := gocmp.Diff(whole, v.text(v.all(t, l, projection.Page{Limit: limit}))); diff != "" {
			t.Errorf("%s.%s in pages of %d:\n%s", v.name, name, limit, diff)
		}
		back := v.text(v.all(t, l, projection.Page{Limit: limit, Descending: true}))
		slices.Reverse(back)
		if diff := gocmp.Diff(whole, back); diff != "" {
			t.Errorf("%s.%s backwards in pages of %d:\n%s", v.name, name, limit, diff)
		}
	}
	if _, _, err := l(t.Context(), projection.Page{After: "x"}); !errors.Is(err, projection.ErrCursor) {
		t.Errorf("%s.%s takes any text for a cursor: %v", v.name, name, err)
	}
}

func (v view[K, R]) text(rows []R) []string {
	var out []string
	for i := range rows {
		out = append(out, strings.Join(v.cells(&rows[i]), " "))
	}
	return out
}

// fill stores facts, and returns them with the envelopes that the store gave them.
func fill(t *testing.T, store *memstore.Store, facts []projection.Fact) (stored []projection.Fact, last runtime.Position) {
	t.Helper()
	for i := range facts {
		f := &facts[i]
		rec := runtime.Record{Meta: f.Meta}
		var err error
		if rec.Data, err = f.Data.AppendJSON(nil); err != nil {
			t.Fatal(err)
		}
		done, err := store.Import(t.Context(), func(yield func(runtime.Record, error) bool) { yield(rec, nil) })
		if err != nil {
			t.Fatal(err)
		}
		last = done.Position
	}
	registry := registryOf(t)
	for rec, err := range store.ReadAll(t.Context(), 0, runtime.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		events, err := registry.Decode(rec)
		if err != nil {
			t.Fatal(err)
		}
		stored = append(stored, events...)
	}
	return stored, last
}

func registryOf(t *testing.T) *runtime.Registry {
	t.Helper()
	r, err := runtime.NewRegistry(stock.Schema())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// follow runs projections until they have come to position, and then stops.
func follow[T any](t *testing.T, store *memstore.Store, db projection.Database[T], position runtime.Position, projections ...projection.Projection[T]) {
	t.Helper()
	runner, err := projection.NewRunner(store, db, registryOf(t), projections,
		projection.WithPoll(3*time.Millisecond), projection.WithBatching(projection.Batching{Facts: 7, Bytes: 1 << 20, Time: time.Second}),
		projection.WithLogger(slog.New(slog.DiscardHandler)))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- runner.Run(ctx) }()
	if err := db.Setup(ctx); err != nil {
		t.Fatal(err)
	}
	for _, p := range projections {
		if err := projection.WaitFor(ctx, db, p.ID, position); err != nil {
			t.Fatal(err)
		}
	}
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	letters(t, db)
}

// letters wants every fact to have had its effect.
func letters[T any](t *testing.T, db projection.Database[T]) {
	t.Helper()
	err := db.Ledger(t.Context(), func(l projection.Ledger) error {
		waiting, err := l.Letters(t.Context(), projection.LetterQuery{})
		for _, letter := range waiting {
			t.Errorf("%s: %s", letter.Version.ID, letter.Error)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// story builds read models of random facts in bulk, follows more of them in small batches, and compares.
func story[T any](t *testing.T, db projection.Database[T], r readers, projections ...projection.Projection[T]) {
	store, h := memstore.New(), newHistory(uint64(len(t.Name())))
	for _, n := range []int{150, 100} {
		facts, last := fill(t, store, h.facts(n))
		follow(t, store, db, last, projections...)
		r.check(t, facts)
	}
}

// reader is what all generated readers have in common.
type reader[K comparable, R any] interface {
	Get(ctx context.Context, key K) (R, error)
	List(ctx context.Context, page projection.Page) ([]R, string, error)
	Count(ctx context.Context) (int64, error)
}

// readers are those of one database.
type readers struct {
	all interface {
		reader[uuid.UUID, stockread.AllTypesRow]
		ByName(ctx context.Context, page projection.Page) ([]stockread.AllTypesRow, string, error)
		ByAtAndLevel(ctx context.Context, page projection.Page) ([]stockread.AllTypesRow, string, error)
		ByDay(ctx context.Context, page projection.Page) ([]stockread.AllTypesRow, string, error)
	}
	missing interface {
		reader[uuid.UUID, stockread.MissingRow]
		ByStateAndName(ctx context.Context, page projection.Page) ([]stockread.MissingRow, string, error)
		ByAt(ctx context.Context, page projection.Page) ([]stockread.MissingRow, string, error)
	}
	days interface {
		reader[stockread.ShelfDaysKey, stockread.ShelfDaysRow]
		ByOrderAndShelf(ctx context.Context, page projection.Page) ([]stockread.ShelfDaysRow, string, error)
	}
	envelopes reader[uuid.UUID, stockread.EnvelopesRow]
	moves     reader[stockread.MovesKey, stockread.MovesRow]
	log       reader[string, stockread.LogRow]
}

func (r readers) check(t *testing.T, facts []projection.Fact) {
	viewOf("AllTypes", stockread.AllTypesRows(), allTypesKey, r.all, map[string]list[stockread.AllTypesRow]{
		"ByName": r.all.ByName, "ByAtAndLevel": r.all.ByAtAndLevel, "ByDay": r.all.ByDay}).check(t, facts)
	viewOf("Missing", stockread.MissingRows(), missingKey, r.missing, map[string]list[stockread.MissingRow]{
		"ByStateAndName": r.missing.ByStateAndName, "ByAt": r.missing.ByAt}).check(t, facts)
	viewOf("ShelfDays", stockread.ShelfDaysRows(), shelfDaysKey, r.days, map[string]list[stockread.ShelfDaysRow]{
		"ByOrderAndShelf": r.days.ByOrderAndShelf}).check(t, facts)
	viewOf("Envelopes", stockread.EnvelopesRows(), envelopesKey, r.envelopes, nil).check(t, facts)
	viewOf("Moves", stockread.MovesRows(), movesKey, r.moves, nil).check(t, facts)
	viewOf("Log", stockread.LogRows(), logKey, r.log, nil).check(t, facts)
}

func viewOf[K comparable, R any](name string, rows *projection.Rows[K, R], key func(*R) K, r reader[K, R], lists map[string]list[R]) view[K, R] {
	return view[K, R]{name, rows, key, r, lists}
}

func TestReadModelsInSQLite(t *testing.T) {
	db, err := sqlitemodel.Open(t.Context(), filepath.Join(t.TempDir(), "models.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	r := readers{
		all: stocksqlite.ReadAllTypes(db), missing: stocksqlite.ReadMissing(db), days: stocksqlite.ReadShelfDays(db),
		envelopes: stocksqlite.ReadEnvelopes(db), moves: stocksqlite.ReadMoves(db), log: stocksqlite.ReadLog(db),
	}
	story(t, db, r,
		stocksqlite.AllTypes(), stocksqlite.Missing(), stocksqlite.Envelopes(), stocksqlite.ShelfDays(), stocksqlite.Moves(), stocksqlite.Log())
}

func TestReadModelsInPostgreSQL(t *testing.T) {
	db, err := pgmodel.Open(t.Context(), pgtest.Database(t))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	q := db.Pool()
	r := readers{
		all: stockpg.ReadAllTypes(q), missing: stockpg.ReadMissing(q), days: stockpg.ReadShelfDays(q),
		envelopes: stockpg.ReadEnvelopes(q), moves: stockpg.ReadMoves(q), log: stockpg.ReadLog(q),
	}
	story(t, db, r, stockpg.AllTypes(), stockpg.Missing(), stockpg.Envelopes(), stockpg.ShelfDays(), stockpg.Moves(), stockpg.Log())
}

func allTypesKey(r *stockread.AllTypesRow) uuid.UUID   { return r.ItemID }
func missingKey(r *stockread.MissingRow) uuid.UUID     { return r.ItemID }
func envelopesKey(r *stockread.EnvelopesRow) uuid.UUID { return r.EventID }
func logKey(r *stockread.LogRow) string                { return r.Stream }
func shelfDaysKey(r *stockread.ShelfDaysRow) stockread.ShelfDaysKey {
	return stockread.ShelfDaysKey{Shelf: r.Shelf, Actor: r.Actor}
}
func movesKey(r *stockread.MovesRow) stockread.MovesKey {
	return stockread.MovesKey{FromShelf: r.FromShelf, Actor: r.Actor}
}

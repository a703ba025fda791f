package archive_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/evgen/evgen/internal/await"
	"github.com/evgen/evgen/internal/pgtest"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/archive"
	orders "github.com/evgen/evgen/runtime/internal/sampleevents"
	"github.com/evgen/evgen/runtime/memstore"
	"github.com/evgen/evgen/runtime/postgres"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/sqlite"
	"github.com/evgen/evgen/runtime/sqlitemodel"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

func check(t testing.TB, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

func newLedger(t testing.TB) *sqlitemodel.DB {
	t.Helper()
	db, err := sqlitemodel.Open(context.Background(), filepath.Join(t.TempDir(), "ledger.db"))
	check(t, "open", err)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

type database = projection.Database[*sqlitemodel.Tx]

// archived runs an archive of store until stop.
func archived(t testing.TB, store runtime.Store, db database, sink archive.Sink, opts ...archive.Option) (stop func()) {
	t.Helper()
	registry, err := runtime.NewRegistry(orders.Schema())
	check(t, "registry", err)
	opts = append([]archive.Option{archive.WithEvery(0)}, opts...)
	p := archive.Projection[*sqlitemodel.Tx]("archive", store, sink, opts...)
	r, err := projection.NewRunner(store.(projection.Source), db, registry, []projection.Projection[*sqlitemodel.Tx]{p},
		projection.WithPoll(3*time.Millisecond), projection.WithLogger(slog.New(slog.DiscardHandler)))
	check(t, "new runner", err)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	stop = sync.OnceFunc(func() { cancel(); check(t, "run", <-done) })
	t.Cleanup(stop)
	return stop
}

func add(t testing.TB, store runtime.Store, n int) {
	t.Helper()
	for i := range n {
		cause := runtime.Root().WithActor("ann & bob").WithHeader("n", fmt.Sprint(i)).WithTenant("acme")
		_, err := store.Append(context.Background(), runtime.StreamOf(orders.CategoryOrder, fmt.Sprint(i%3)), runtime.ExpectAny(), cause,
			orders.OrderShipped{Carrier: strings.Repeat("<é\n>", i)})
		check(t, "append", err)
	}
}

func through(t testing.TB, store runtime.Reader, sink archive.Sink) runtime.Position {
	t.Helper()
	at, err := archive.Through(context.Background(), sink, life(t, store))
	check(t, "through", err)
	return at
}

func life(t testing.TB, store runtime.Reader) runtime.Incarnation {
	t.Helper()
	_, life, err := store.Head(context.Background())
	check(t, "head", err)
	return life
}

// linesOf returns all of a store; positions are another store's to give.
func linesOf(t testing.TB, store runtime.Reader) []string {
	t.Helper()
	var out []string
	for rec, err := range store.ReadAll(context.Background(), 0, runtime.Filter{}) {
		check(t, "read", err)
		rec.Position = 0
		line, err := archive.Append(nil, &rec)
		check(t, "line", err)
		out = append(out, string(line))
	}
	return out
}

// restored imports an archive into a store of another kind, and returns all of it.
func restored(t testing.TB, sink archive.Sink, life runtime.Incarnation) []string {
	t.Helper()
	other, err := sqlite.Open(context.Background(), filepath.Join(t.TempDir(), "other.db"))
	check(t, "open", err)
	defer func() { check(t, "close", other.Close()) }()
	_, err = other.Import(context.Background(), archive.Restore(context.Background(), sink, life, 0))
	check(t, "import", err)
	return linesOf(t, other)
}

func TestRestoredStoreHoldsTheSameRecords(t *testing.T) {
	for name, opts := range map[string][]archive.Option{"packed": nil, "plain": {archive.Plain()}} {
		t.Run(name, func(t *testing.T) {
			store, dir := memstore.New(), t.TempDir()
			sink := archive.Dir(filepath.Join(dir, "made", "later"))
			archived(t, store, newLedger(t), sink, opts...)
			for range 3 {
				add(t, store, 20)
				head, _, _ := store.Head(context.Background())
				await.Until(t, "the archive", func() bool { return through(t, store, sink) == head })
			}
			if got, want := restored(t, sink, life(t, store)), linesOf(t, store); !slices.Equal(got, want) {
				t.Errorf("%d lines came back of %d", len(got), len(want))
			}
		})
	}
}

// Segments are files that the import command reads by itself, in the order of their names.
func TestSegmentsAreWhatImportReads(t *testing.T) {
	store, dir := memstore.New(), t.TempDir()
	archived(t, store, newLedger(t), archive.Dir(dir))
	add(t, store, 10)
	await.Until(t, "the archive", func() bool { return through(t, store, archive.Dir(dir)) == 10 })
	names, err := filepath.Glob(filepath.Join(dir, "*", "*.jsonl.gz"))
	check(t, "glob", err)
	n := 0
	for _, name := range names {
		content, err := os.ReadFile(name)
		check(t, "read", err)
		for rec, err := range archive.Read(name, bytes.NewReader(content), time.Now()) {
			check(t, "line", err)
			if n++; int(rec.Position) != n {
				t.Errorf("position %d in the place of %d", rec.Position, n)
			}
		}
	}
	if n != 10 {
		t.Errorf("%d records, want 10", n)
	}
}

// A few records at a time do not become a segment each, and a stop does not wait.
func TestFewRecordsAreGathered(t *testing.T) {
	store, sink, db := memstore.New(), archive.Dir(t.TempDir()), newLedger(t)
	stop := archived(t, store, db, sink, archive.WithEvery(time.Hour))
	add(t, store, 1)
	await.Until(t, "the first one", func() bool { return through(t, store, sink) == 1 })
	for range 20 {
		add(t, store, 1)
	}
	stop()
	if at := through(t, store, sink); at != 1 {
		t.Errorf("archived up to %d", at)
	}
	archived(t, store, db, sink, archive.WithEvery(time.Hour))
	await.Until(t, "the others", func() bool { return through(t, store, sink) == 21 })
	segments, err := archive.Segments(context.Background(), sink, life(t, store))
	check(t, "segments", err)
	if len(segments) != 2 {
		t.Errorf("%d segments: %v", len(segments), segments)
	}
}

// mortal is a database in which checkpoints do not move any more.
type mortal struct{ database }

type mortalLedger struct{ projection.Ledger }

func (m mortal) Ledger(ctx context.Context, fn func(l projection.Ledger) error) error {
	return m.database.Ledger(ctx, func(l projection.Ledger) error { return fn(mortalLedger{l}) })
}

func (mortalLedger) Advance(_ context.Context, _ *projection.Lease, from, to runtime.Position) error {
	if from == to {
		return nil
	}
	return errors.New("crashed on purpose")
}

func TestCrashBetweenSegmentAndCheckpointArchivesNothingTwice(t *testing.T) {
	store, sink, db := memstore.New(), archive.Dir(t.TempDir()), newLedger(t)
	add(t, store, 10)
	stop := archived(t, store, mortal{db}, sink, archive.Plain())
	await.Until(t, "a segment", func() bool { return through(t, store, sink) == 10 })
	stop()
	add(t, store, 5)
	archived(t, store, db, sink, archive.Plain())
	await.Until(t, "the rest", func() bool { return through(t, store, sink) == 15 })
	segments, err := archive.Segments(context.Background(), sink, life(t, store))
	check(t, "segments", err)
	for i := 1; i < len(segments); i++ {
		if segments[i].First != segments[i-1].Last+1 {
			t.Errorf("segments %v", segments)
		}
	}
	if lines := bytes.Count(everything(t, sink), []byte("\n")); lines != 15+len(segments) { // a checksum is a line, too
		t.Errorf("%d lines in %d segments", lines, len(segments))
	}
}

// everything returns all objects of a sink, one after the other.
func everything(t testing.TB, sink archive.Sink) (all []byte) {
	t.Helper()
	names, err := sink.List(context.Background(), "")
	check(t, "list", err)
	for _, name := range names {
		content, err := sink.Get(context.Background(), name)
		check(t, "get", err)
		all = append(all, content...)
	}
	return all
}

// flaky is a sink that fails in the middle of what it is told, now and then.
type flaky struct {
	archive.Sink
	mu   sync.Mutex
	puts int
}

func (f *flaky) Put(ctx context.Context, name string, content []byte) error {
	f.mu.Lock()
	f.puts++
	bad := f.puts%5 == 1 || f.puts%5 == 3 // a segment, and then a checksum
	f.mu.Unlock()
	if bad {
		return errors.New("out of reach")
	}
	return f.Sink.Put(ctx, name, content)
}

// A segment whose checksum was not written does not count, and is written again.
func TestSinkThatFailsDelaysAndLosesNothing(t *testing.T) {
	store, sink := memstore.New(), &flaky{Sink: archive.Dir(t.TempDir())}
	archived(t, store, newLedger(t), sink)
	for range 3 {
		add(t, store, 4)
		head, _, _ := store.Head(context.Background())
		await.Until(t, "the archive", func() bool { return through(t, store, sink) == head })
	}
	if got, want := restored(t, sink, life(t, store)), linesOf(t, store); !slices.Equal(got, want) {
		t.Errorf("%d lines came back of %d", len(got), len(want))
	}
}

func TestRemovedSegmentIsFoundMissingAndWrittenAgain(t *testing.T) {
	for _, ending := range []string{"", ".sha256"} {
		t.Run("segment"+ending, func(t *testing.T) { removed(t, ending) })
	}
}

func removed(t *testing.T, ending string) {
	store, dir, db := memstore.New(), t.TempDir(), newLedger(t)
	sink := archive.Dir(dir)
	stop := archived(t, store, db, sink)
	for n := runtime.Position(4); n <= 12; n += 4 {
		add(t, store, 4)
		await.Until(t, "the archive", func() bool { return through(t, store, sink) == n })
	}
	stop()
	segments, err := archive.Segments(context.Background(), sink, life(t, store))
	check(t, "segments", err)
	check(t, "remove", os.Remove(filepath.Join(dir, segments[len(segments)-2].Name+ending)))
	var gap *archive.GapError
	for _, err := range archive.Restore(context.Background(), sink, life(t, store), 0) {
		if err != nil && (!errors.As(err, &gap) || gap.Next != segments[len(segments)-1].First) {
			t.Errorf("restore: %v", err)
		}
	}
	if gap == nil {
		t.Error("nothing is found missing")
	}
	archived(t, store, db, sink)
	add(t, store, 1)
	await.Until(t, "the archive", func() bool { return through(t, store, sink) == 13 })
	if got, want := restored(t, sink, life(t, store)), linesOf(t, store); !slices.Equal(got, want) {
		t.Errorf("%d lines came back of %d", len(got), len(want))
	}
}

// A part of the slots is no stretch of positions.
func TestArchiveOfSeveralShardsIsRefused(t *testing.T) {
	w := archive.Projection[*sqlitemodel.Tx]("archive", memstore.New(), archive.Dir(t.TempDir())).Handler.(projection.Forwarder[*sqlitemodel.Tx])
	n, err := w.Forward(context.Background(), &projection.Lease{Shard: projection.Shard{Last: 511}}, make([]runtime.Record, 1))
	if err == nil || n != 0 {
		t.Errorf("%d records were taken: %v", n, err)
	}
}

func TestStoreForgetsOnlyWhatTheArchiveHolds(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	sink := archive.Dir(dir)
	store, err := postgres.Open(ctx, pgtest.Database(t), postgres.WithMigrations())
	check(t, "open", err)
	defer func() { check(t, "close", store.Close()) }()
	stop := archived(t, store, newLedger(t), sink)
	add(t, store, 10)
	await.Until(t, "the archive", func() bool { return through(t, store, sink) == 10 })
	stop()
	add(t, store, 5)
	var missing *archive.NotArchivedError
	if _, err := archive.Retain(ctx, store, sink, 14); !errors.As(err, &missing) || missing.Position != 11 {
		t.Errorf("retain: %v", err)
	}
	segments, err := archive.Segments(ctx, sink, life(t, store))
	check(t, "segments", err)
	name := filepath.Join(dir, segments[0].Name)
	whole, err := os.ReadFile(name)
	check(t, "read", err)
	broken := bytes.Clone(whole)
	broken[len(broken)/2] ^= 1
	check(t, "break", os.WriteFile(name, broken, 0o600))
	var sum *archive.ChecksumError
	if _, err := archive.Retain(ctx, store, sink, 8); !errors.As(err, &sum) {
		t.Errorf("retain: %v", err)
	}
	if n := len(linesOf(t, store)); n != 15 {
		t.Fatalf("%d records are left, want 15", n)
	}
	check(t, "mend", os.WriteFile(name, whole, 0o600))
	before := linesOf(t, store)
	for _, from := range []runtime.Position{5, 9, 9} {
		_, err = archive.Retain(ctx, store, sink, from)
		check(t, "retain", err)
	}
	for _, err := range store.ReadAll(ctx, 0, runtime.Filter{}) {
		if !errors.Is(err, runtime.ErrRetentionGap) {
			t.Errorf("read what is forgotten: %v", err)
		}
	}
	if got := restored(t, sink, life(t, store)); !slices.Equal(got, before[:10]) {
		t.Errorf("%d lines came back", len(got))
	}
}

// What is gone is gone: an archive holds what is left, says so, and nobody restores it for the whole.
func TestArchiveBeginsWhereTheStoreDoesAndStatesWhatIsGone(t *testing.T) {
	ctx, sink, db := context.Background(), archive.Dir(t.TempDir()), newLedger(t)
	store, err := postgres.Open(ctx, pgtest.Database(t), postgres.WithMigrations())
	check(t, "open", err)
	defer func() { check(t, "close", store.Close()) }()
	add(t, store, 10)
	before := linesOf(t, store)
	_, err = store.Retain(ctx, 7)
	check(t, "retain", err)
	stop := archived(t, store, mortal{db}, sink) // it has to state that once more, perhaps
	await.Until(t, "what is stated", func() bool { f, err := archive.ReadForgotten(ctx, sink, life(t, store)); return err == nil && f != nil })
	stop()
	archived(t, store, db, sink)
	await.Until(t, "the archive", func() bool { return through(t, store, sink) == 10 })
	f, err := archive.ReadForgotten(ctx, sink, life(t, store))
	if err != nil || f.First != 1 || f.Last != 6 || f.NotedAt.IsZero() {
		t.Errorf("stated %+v, %v", f, err)
	}
	var gap *archive.GapError
	for rec, err := range archive.Restore(ctx, sink, life(t, store), 0) {
		if !errors.As(err, &gap) || !gap.Forgotten || gap.Next != 7 {
			t.Errorf("restored %+v, %v", rec, err)
		}
	}
	n := 6
	for rec, err := range archive.Restore(ctx, sink, life(t, store), f.Last) {
		check(t, "restore", err)
		rec.Position = 0
		line, err := archive.Append(nil, &rec)
		if check(t, "line", err); string(line) != before[n] {
			t.Errorf("restored %s, stored was %s", line, before[n])
		}
		n++
	}
	if n != 10 {
		t.Errorf("restored up to %d", n)
	}
	if deleted, err := archive.Retain(ctx, store, sink, 9); err != nil || deleted != 2 {
		t.Errorf("retained %d, %v", deleted, err)
	}
}

// A ledger is lost: who has the archive goes on with it, and never calls lost what was archived or says nothing of what was not.
func TestArchiveWithoutItsLedgerGoesOnOrStandsStill(t *testing.T) {
	ctx := context.Background()
	for forgotten, want := range map[runtime.Position]runtime.Position{6: 12, 8: 12, 10: 8} {
		store, sink := memstore.New(), archive.Dir(t.TempDir())
		stop := archived(t, store, newLedger(t), sink)
		add(t, store, 8)
		await.Until(t, "the archive", func() bool { return through(t, store, sink) == 8 })
		stop()
		add(t, store, 4)
		store.Retain(forgotten + 1)
		db := newLedger(t)
		archived(t, store, db, sink)
		if want == 12 {
			await.Until(t, "the rest", func() bool { return through(t, store, sink) == want })
		} else {
			await.Until(t, "the reason why it stands still", func() bool { return strings.Contains(paused(t, db), "lacks positions 9 to 10") })
		}
		if f, err := archive.ReadForgotten(ctx, sink, life(t, store)); f != nil || err != nil || through(t, store, sink) != want {
			t.Errorf("forgotten up to %d: stated %+v, %v; archived up to %d", forgotten, f, err, through(t, store, sink))
		}
	}
}

// paused is why the archive stands still.
func paused(t testing.TB, db database) (why string) {
	t.Helper()
	err := db.Ledger(context.Background(), func(l projection.Ledger) error {
		versions, err := l.Versions(context.Background(), "archive")
		if err != nil || len(versions) == 0 {
			return err
		}
		shards, err := l.Shards(context.Background(), versions[0])
		if len(shards) > 0 {
			why = shards[0].Paused
		}
		return err
	})
	if err != nil && !strings.Contains(err.Error(), "no such table") {
		t.Fatal(err)
	}
	return why
}

package sealed_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/evgen/evgen/internal/await"
	"github.com/evgen/evgen/internal/pgtest"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/archive"
	"github.com/evgen/evgen/runtime/delivery"
	"github.com/evgen/evgen/runtime/encryption"
	"github.com/evgen/evgen/runtime/pgmodel"
	"github.com/evgen/evgen/runtime/pgsaga"
	"github.com/evgen/evgen/runtime/postgres"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/saga"
	"github.com/evgen/evgen/runtime/sqlite"
	"github.com/evgen/evgen/runtime/sqlitemodel"
	"github.com/evgen/evgen/runtime/sqlitesaga"
)

// ground is a database in which everything runs that keeps something.
type ground[T any] struct {
	store interface {
		runtime.Store
		runtime.Subscriber
		runtime.Finder
	}
	models projection.Database[T]
	sagas  saga.Database[T]
	// dump is all that the database holds.
	dump func(t *testing.T) string
}

// Whatever the schema is: what is sealed stands nowhere in the clear, and is gone with the key.
func TestWhatIsSealedStandsNowhereInTheClear(t *testing.T) {
	seed := rand.Uint64()
	t.Run("sqlite", func(t *testing.T) {
		keyring, keys := newKeyring(t)
		dir := t.TempDir()
		store, err := sqlite.Open(t.Context(), filepath.Join(dir, "events.db"), sqlite.WithSealing(keyring))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { store.Close() })
		models, err := sqlitemodel.Open(t.Context(), filepath.Join(dir, "models.db"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { models.Close() })
		nowhere(t, seed, keyring, keys, ground[*sqlitemodel.Tx]{store, models, sqlitesaga.New(models), func(t *testing.T) string { return files(t, dir) }})
	})
	t.Run("postgres", func(t *testing.T) {
		keyring, keys := newKeyring(t)
		pool, err := pgxpool.New(t.Context(), pgtest.Database(t))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(pool.Close)
		store, err := postgres.New(t.Context(), pool, postgres.WithMigrations(), postgres.WithSealing(keyring))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { store.Close() })
		models, err := pgmodel.New(pool)
		if err != nil {
			t.Fatal(err)
		}
		nowhere(t, seed, keyring, keys, ground[*pgmodel.Tx]{store, models, pgsaga.New(models), func(t *testing.T) string { return tables(t, pool) }})
	})
}

func newKeyring(t *testing.T) (*encryption.Keyring, *encryption.Memory) {
	t.Helper()
	keys := encryption.NewMemory()
	return encryption.NewKeyring(keys, master(t)), keys
}

// files is all that stands in the files of a directory.
func files(t *testing.T, dir string) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		all.Write(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

// tables is all that stands in the tables of a database, bytes in hex.
func tables(t *testing.T, pool *pgxpool.Pool) string {
	t.Helper()
	rows, err := pool.Query(t.Context(), `SELECT format('SELECT coalesce(string_agg(t::text, E''\n''), '''') FROM %I.%I t', schemaname, tablename)
		FROM pg_catalog.pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`)
	if err != nil {
		t.Fatal(err)
	}
	statements, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(statements) < 5 {
		t.Fatal(statements, err)
	}
	var all strings.Builder
	for _, statement := range statements {
		var text string
		if err := pool.QueryRow(t.Context(), statement).Scan(&text); err != nil {
			t.Fatal(err)
		}
		all.WriteString(text)
	}
	return all.String()
}

// complaining is a projection whose handler says of each event what is in it, and takes none.
type complaining[T any] struct{}

func (complaining[T]) Tables() []string { return nil }

func (complaining[T]) Create(context.Context, T) error { return nil }

func (complaining[T]) Apply(_ context.Context, _ T, facts []projection.Fact) error {
	return &projection.EventError{Index: 0, Err: complaint(facts[0].Data)}
}

func complaint(e runtime.Event) error { return fmt.Errorf("cannot take %s", e.(invented).data) }

// overheard is a broker of which everybody reads everything.
type overheard struct{ *await.Log }

func (o overheard) Open(context.Context, delivery.Owner) (delivery.Writer, error) { return o, nil }

func (overheard) Last() delivery.Mark { return delivery.Mark{} }

func (overheard) Close() {}

func (o overheard) Write(_ context.Context, messages []delivery.Message) (int, error) {
	for _, m := range messages {
		fmt.Fprintf(o.Log, "%+v %s\n", m, m.Data)
	}
	return len(messages), nil
}

// remembering is a saga that keeps all it is told, and then fails for that.
func remembering() saga.Definition {
	return saga.Definition{ID: "random.Remember", Start: "random.T0", Key: func(f *projection.Fact) string { return f.ID.String() }, Steps: []saga.Step{
		{Name: "remember", Do: func(_ context.Context, r *saga.Run) error {
			r.State = []byte(r.Start.Data.(invented).data)
			return nil
		}},
		{Name: "complain", Do: func(_ context.Context, r *saga.Run) error {
			return saga.Permanent(errors.Join(complaint(r.Start.Data), fmt.Errorf("state %s", r.State)))
		}},
	}}
}

func nowhere[T any](t *testing.T, seed uint64, keyring *encryption.Keyring, keys *encryption.Memory, g ground[T]) {
	v := &inventor{rand.New(rand.NewPCG(seed, 1)), map[string][]string{}, 0}
	t.Logf("seed %d", seed)
	schema, events := &runtime.Schema{Package: "random"}, []func(string) invented{}
	for i := range 8 {
		event, payload := v.schema(fmt.Sprint("random.T", i))
		schema.Events, events = append(schema.Events, event), append(events, payload)
	}
	plain, err := runtime.NewRegistry(schema)
	if err != nil {
		t.Fatal(err)
	}
	registry, out := plain.Opening(keyring), &await.Log{}
	logger := out.Logger()
	things, err := runtime.NewRepository(g.store, everything(registry), runtime.WithLogger[[]string](logger),
		runtime.WithSnapshots(runtime.SnapshotPolicy[[]string]{Every: 1, Digest: "1", Sealer: keyring}))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	work(t, g, registry, logger, out, dir)
	for _, person := range persons {
		for range 2 {
			if _, err := runtime.Execute(t.Context(), things, runtime.StreamOf("Thing", person), runtime.Root(), func([]string) (all []runtime.Event, err error) {
				for _, payload := range events {
					all = append(all, payload(person))
				}
				return all, nil
			}); err != nil {
				t.Fatal(err)
			}
		}
	}
	settled(t, g, 2*len(persons))
	reads(t, v, g, registry, things, nil)
	everywhere := g.dump(t) + out.String() + files(t, dir)
	for secret, at := range v.found(everywhere) {
		t.Errorf("%q, sealed for %q, stands in …%q", secret, v.secrets[secret], everywhere[max(at-200, 0):at+20])
	}
	gone := persons[:1+v.IntN(len(persons)-1)]
	for _, person := range gone {
		e := encryption.Eraser{Erasures: keys, Keyrings: []*encryption.Keyring{keyring}, Settle: encryption.Alone}
		if err := e.Erase(t.Context(), encryption.Erasure{}, encryption.Subject{ID: person}); err != nil {
			t.Fatal(err)
		}
	}
	reads(t, v, g, registry, things, gone)
}

// everything folds events into all that is in them.
func everything(decoder runtime.Decoder) runtime.Aggregate[[]string] {
	return runtime.Aggregate[[]string]{Category: "Thing", Decoder: decoder, Digest: "1", Evolve: func(state []string, e runtime.Envelope[runtime.Event]) ([]string, error) {
		return append(state, e.Data.(invented).data), nil
	}}
}

// work runs all that reads events and keeps something of them, until the test ends. The archive is in dir.
func work[T any](t *testing.T, g ground[T], registry *runtime.Registry, logger *slog.Logger, out *await.Log, dir string) {
	t.Helper()
	if err := errors.Join(g.models.Setup(t.Context()), g.sagas.Setup(t.Context())); err != nil {
		t.Fatal(err)
	}
	worker, err := saga.NewWorker(g.store, g.sagas, registry, nil, remembering(), saga.WithLogger(logger), saga.WithDrain(time.Second))
	if err != nil {
		t.Fatal(err)
	}
	var types []string
	for _, e := range registry.Schemas()[0].Events {
		types = append(types, e.Type)
	}
	runner, err := projection.NewRunner(g.store, g.models, registry, []projection.Projection[T]{
		worker.Starter(),
		{ID: "complaining", Digest: "1", Types: types, Handler: complaining[T]{}},
		delivery.Relay[T]("relay", overheard{out}, delivery.Binary{Source: "/random"}),
		archive.Projection[T]("archive", g.store, archive.Dir(dir), archive.Plain(), archive.WithEvery(time.Millisecond)),
	}, projection.WithPoll(5*time.Millisecond), projection.WithLogger(logger))
	if err != nil {
		t.Fatal(err)
	}
	background(t, runner.Run)
	background(t, worker.Run)
}

// settled waits until all is kept that will be: of sagas so many.
func settled[T any](t *testing.T, g ground[T], sagas int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	head, _, err := g.store.Head(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"random.Remember", "complaining", "relay", "archive"} {
		if err := projection.WaitFor(ctx, g.models, id, head); err != nil {
			t.Fatal(id, err)
		}
	}
	for {
		over, err := g.sagas.List(ctx, saga.Query{States: []saga.State{saga.Compensated}})
		if len(over) == sagas {
			return
		}
		if ctx.Err() != nil {
			t.Fatalf("%d sagas of %d are over: %v", len(over), sagas, err)
		}
	}
}

// reads checks that everybody's data is read from events and from snapshots, but that of those who are gone.
func reads[T any](t *testing.T, v *inventor, g ground[T], registry *runtime.Registry, things *runtime.Repository[[]string], gone []string) {
	t.Helper()
	var events, states strings.Builder
	for rec, err := range g.store.ReadAll(t.Context(), 0, runtime.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		decoded, err := registry.Decode(rec)
		if err != nil {
			t.Fatal(err)
		}
		events.WriteString(decoded[0].Data.(invented).data)
	}
	for _, person := range persons {
		thing, err := things.Load(t.Context(), runtime.StreamOf("Thing", person))
		if err != nil {
			t.Fatal(err)
		}
		states.WriteString(strings.Join(thing.Data, " "))
	}
	found, kept := v.found(events.String()), v.found(states.String())
	for secret, owners := range v.secrets {
		want := !slices.ContainsFunc(owners, func(owner string) bool { return slices.Contains(gone, owner) })
		_, inEvents := found[secret]
		if _, inStates := kept[secret]; inEvents != want || inStates != want {
			t.Errorf("%q, sealed for %q: in events %t, in states %t; %q are gone", secret, owners, inEvents, inStates, gone)
		}
	}
}

package docs

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/examples/memory/events/memory"
	"github.com/evgen/evgen/examples/memory/events/memory/memorysqlite"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/memstore"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/sqlite"
	"github.com/evgen/evgen/runtime/sqlitemodel"
)

var (
	ctx = context.Background()
	id  = uuid.MustParse("018f4e3a-7b7c-7c3e-9a43-6a8d5b2f9c10")
	now = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
)

func Example_appendAndLoad() {
	store := memstore.New()
	stream := memory.MemoryStream(id)
	created := memory.MemoryCreated{
		Text:      "Ada likes tea.",
		CreatedAt: now,
		Source:    memory.Source{Origin: memory.OriginConversation},
	}
	done, err := store.Append(ctx, stream, runtime.ExpectNew(), runtime.Root().WithActor("ada"), created)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("stored as version", done.Last)

	for env, err := range memory.Load(ctx, store, stream) {
		if err != nil {
			fmt.Println(err)
			return
		}
		switch e := env.Data.(type) {
		case memory.MemoryCreated: // always the newest version
			fmt.Println(env.Actor, "remembers:", e.Text)
		}
	}
	// Output:
	// stored as version 1
	// ada remembers: Ada likes tea.
}

func Example_oldFact() {
	stored := runtime.Record{
		Meta: runtime.Meta{Type: memory.TypeMemoryCreated, Version: 1},
		Data: []byte(`{"content":"Ada likes tea.","created_at":"2025-11-03T08:15:00Z"}`),
	}
	events, err := memory.Schema().AppendEvents(nil, &stored)
	if err != nil {
		fmt.Println(err)
		return
	}
	created := events[0].(memory.MemoryCreated)
	fmt.Println(created.Text, created.Source.Origin)
	// Output: Ada likes tea. conversation
}

func Example_downcast() {
	created := memory.MemoryCreated{Text: "Ada likes tea.", CreatedAt: now, Source: memory.Source{Origin: memory.OriginTool}}
	old, err := memory.Schema().Downcast(created, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(old.EventVersion(), old.(memory.MemoryCreatedV1).Content)
	// Output: 1 Ada likes tea.
}

// count is the state of an aggregate: how often a memory was of use.
type count int

type counter struct{}

func (counter) MemoryCreated(n count, _ runtime.Envelope[memory.MemoryCreated]) count   { return n }
func (counter) MemoryReworded(n count, _ runtime.Envelope[memory.MemoryReworded]) count { return n }
func (counter) MemoryAccessed(n count, _ runtime.Envelope[memory.MemoryAccessed]) count { return n + 1 }
func (counter) MemoryConsolidated(n count, _ runtime.Envelope[memory.MemoryConsolidated]) count {
	return n
}
func (counter) MemoryAbsorbed(n count, _ runtime.Envelope[memory.MemoryAbsorbed]) count   { return n }
func (counter) MemoryEmbedded(n count, _ runtime.Envelope[memory.MemoryEmbedded]) count   { return n }
func (counter) MemoryForgotten(n count, _ runtime.Envelope[memory.MemoryForgotten]) count { return n }

func Example_execute() {
	store := memstore.New()
	repo, err := runtime.NewRepository(store, memory.MemoryAggregate(counter{}))
	if err != nil {
		fmt.Println(err)
		return
	}
	access := func(used count) ([]runtime.Event, error) {
		if used == 3 {
			return nil, errors.New("that is enough")
		}
		return []runtime.Event{memory.MemoryAccessed{}}, nil
	}
	for range 4 {
		done, err := runtime.Execute(ctx, repo, memory.MemoryStream(id), runtime.Root(), access)
		fmt.Println(done.Version, err)
	}
	// Output:
	// 1 <nil>
	// 2 <nil>
	// 3 <nil>
	// 3 that is enough
}

func Example_timeTravel() {
	store := memstore.New()
	stream := memory.MemoryStream(id)
	access := memory.MemoryAccessed{}
	if _, err := store.Append(ctx, stream, runtime.ExpectNew(), runtime.Root(), access, access, access); err != nil {
		fmt.Println(err)
		return
	}
	repo, err := runtime.NewRepository(store, memory.MemoryAggregate(counter{}))
	if err != nil {
		fmt.Println(err)
		return
	}
	second, err := repo.LoadAt(ctx, stream, 2)
	fmt.Println(second.Data, err)
	before, err := repo.LoadAsOf(ctx, stream, time.Now().Add(-time.Hour))
	fmt.Println(before.Data, err)
	// Output:
	// 2 <nil>
	// 0 <nil>
}

func Example_conflict() {
	store := memstore.New()
	stream := memory.MemoryStream(id)
	for range 2 {
		_, err := store.Append(ctx, stream, runtime.ExpectNew(), runtime.Root(), memory.MemoryAccessed{})
		var conflict *runtime.ConflictError
		if errors.As(err, &conflict) {
			fmt.Println("version", conflict.Actual, "is there already")
		}
	}
	// Output: version 1 is there already
}

func Example_idempotentCommand() {
	store := memstore.New()
	command := uuid.MustParse("018f4e3a-7b7c-7c3e-9a43-6a8d5b2f9c11")
	for range 2 {
		done, err := store.Append(ctx, memory.MemoryStream(id), runtime.ExpectAny(),
			runtime.Root().WithCommand(command), memory.MemoryAccessed{})
		fmt.Println("version", done.Last, "duplicate", done.Duplicate, err)
	}
	// Output:
	// version 1 duplicate false <nil>
	// version 1 duplicate true <nil>
}

func Example_validation() {
	store := memstore.New()
	_, err := store.Append(ctx, memory.MemoryStream(id), runtime.ExpectNew(), runtime.Root(), memory.MemoryForgotten{})
	var invalid *runtime.InvalidEventError
	fmt.Println(errors.As(err, &invalid))
	// Output: true
}

func Example_readAll() {
	store := memstore.New()
	if _, err := store.Append(ctx, memory.MemoryStream(id), runtime.ExpectNew(), runtime.Root(), memory.MemoryAccessed{}); err != nil {
		fmt.Println(err)
		return
	}
	registry, err := runtime.NewRegistry(memory.Schema())
	if err != nil {
		fmt.Println(err)
		return
	}
	types, err := registry.StoredTypes(memory.TypeMemoryAccessed)
	if err != nil {
		fmt.Println(err)
		return
	}
	for env, err := range runtime.Decode[runtime.Event](registry, store.ReadAll(ctx, 0, runtime.Filter{Types: types})) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(env.Position, env.Stream.Category(), env.Data.EventType())
	}
	// Output: 1 Memory memory.MemoryAccessed
}

func Example_projection() {
	dir, err := os.MkdirTemp("", "events-*")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	if err := project(filepath.Join(dir, "events.db")); err != nil {
		fmt.Println(err)
	}
	// Output: Ada likes tea. kept
}

func project(file string) error {
	store, err := sqlite.Open(ctx, file)
	if err != nil {
		return err
	}
	defer store.Close()
	db, err := sqlitemodel.Open(ctx, file)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := db.Setup(ctx); err != nil {
		return err
	}
	registry, err := runtime.NewRegistry(memory.Schema())
	if err != nil {
		return err
	}
	runner, err := projection.NewRunner(store, db, registry, []projection.Projection[*sqlitemodel.Tx]{memorysqlite.MemoryList()})
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() {
		ended <- runner.Run(ctx) // until ctx ends
	}()
	read := readBack(ctx, store, db)
	stop()
	return errors.Join(read, <-ended)
}

// readBack appends, and reads what readers see of it.
func readBack(ctx context.Context, store runtime.Store, db *sqlitemodel.DB) error {
	created := memory.MemoryCreated{Text: "Ada likes tea.", CreatedAt: now, Source: memory.Source{Origin: memory.OriginConversation}}
	done, err := store.Append(ctx, memory.MemoryStream(id), runtime.ExpectNew(), runtime.Root(), created)
	if err != nil {
		return err
	}
	if err := projection.WaitFor(ctx, db, "memory_list", done.Position); err != nil {
		return err
	}
	row, err := memorysqlite.ReadMemoryList(db).Get(ctx, id)
	fmt.Println(row.Text, row.Status)
	return err
}

func Example_sqlite() {
	dir, err := os.MkdirTemp("", "events-*")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)

	store, err := sqlite.Open(ctx, filepath.Join(dir, "events.db"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer store.Close()

	head, _, err := store.Head(ctx)
	fmt.Println(head, err)
	// Output: 0 <nil>
}

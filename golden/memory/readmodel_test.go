package memory_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/golden/memory/events/memory"
	"github.com/evgen/evgen/golden/memory/events/memory/memorysqlite"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/memstore"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/sqlitemodel"
)

// sidebar runs MemoryList in file, remembers something, and reads the list.
func sidebar(ctx context.Context, store *memstore.Store, file string) ([]memorysqlite.MemoryListRow, error) {
	db, err := sqlitemodel.Open(ctx, file)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	registry, err := runtime.NewRegistry(memory.Schema())
	if err != nil {
		return nil, err
	}
	runner, err := projection.NewRunner(store, db, registry, []projection.Projection[*sqlitemodel.Tx]{memorysqlite.MemoryList()})
	if err != nil {
		return nil, err
	}
	running, stop := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() { done <- runner.Run(running) }() // blocks until running ends

	said, err := remember(ctx, store)
	if err == nil {
		err = wait(ctx, db, said)
	}
	rows, _, listing := memorysqlite.ReadMemoryList(db).ByCreatedAt(ctx, projection.Page{Limit: 20, Descending: true})
	stop()
	return rows, errors.Join(err, listing, <-done)
}

// wait blocks until readers see what was appended.
func wait(ctx context.Context, db *sqlitemodel.DB, said runtime.Appended) error {
	if err := db.Setup(ctx); err != nil {
		return err
	}
	return projection.WaitFor(ctx, db, "memory_list", said.Position)
}

func remember(ctx context.Context, store *memstore.Store) (said runtime.Appended, err error) {
	tea := memory.MemoryStream(uuid.MustParse("00000000-0000-4000-8000-000000000001"))
	said, err = store.Append(ctx, tea, runtime.ExpectNew(), runtime.Root(),
		memory.MemoryCreated{Text: "Ada likes tea.", CreatedAt: time.Unix(0, 0), Source: memory.Source{Origin: memory.OriginConversation}},
		memory.MemoryAccessed{}, memory.MemoryReworded{Text: "Ada drinks green tea."}, memory.MemoryAccessed{})
	if err != nil {
		return said, err
	}
	gone := memory.MemoryStream(uuid.MustParse("00000000-0000-4000-8000-000000000002"))
	return store.Append(ctx, gone, runtime.ExpectNew(), runtime.Root(),
		memory.MemoryCreated{Text: "It rains.", CreatedAt: time.Unix(1, 0), Source: memory.Source{Origin: memory.OriginTool}},
		memory.MemoryForgotten{Reason: "The sun is out."}, memory.MemoryAccessed{})
}

func Example() {
	dir, err := os.MkdirTemp("", "memory")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	rows, err := sidebar(context.Background(), memstore.New(), filepath.Join(dir, "memory.db"))
	for _, row := range rows {
		fmt.Println(row.Text, row.Accesses)
	}
	fmt.Println(err)
	// Output:
	// Ada drinks green tea. 2
	// <nil>
}

func TestAFactAboutARowThatIsGoneBringsNothingBack(t *testing.T) {
	store := memstore.New()
	rows, err := sidebar(t.Context(), store, filepath.Join(t.TempDir(), "memory.db"))
	if err != nil || len(rows) != 1 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	if rows[0].LastAccessedAt == nil || rows[0].MemoryID != uuid.MustParse("00000000-0000-4000-8000-000000000001") {
		t.Errorf("row %+v", rows[0])
	}
}

func TestAStubSaysThatItIsOne(t *testing.T) {
	var missing *projection.NotWrittenError
	if err := memorysqlite.NewMemorySearch().Create(t.Context(), nil); !errors.As(err, &missing) {
		t.Error(err)
	}
}

package reaction_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"github.com/evgen/evgen/internal/pgtest"
	"github.com/evgen/evgen/runtime"
	orders "github.com/evgen/evgen/runtime/internal/sampleevents"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/reaction"
	"github.com/evgen/evgen/runtime/sqlite"
	"github.com/evgen/evgen/runtime/sqlitemodel"
)

// mortal names the file on which this binary is to react until it is killed.
const mortal = "EVGEN_REACT_ON"

func TestMain(m *testing.M) {
	if path := os.Getenv(mortal); path != "" {
		fmt.Println(reactUntilKilled(path))
		os.Exit(1)
	}
	os.Exit(pgtest.Main(m))
}

// reactUntilKilled says when it has appended, and never commits.
func reactUntilKilled(path string) error {
	ctx := context.Background()
	store, err := sqlite.Open(ctx, path)
	if err != nil {
		return err
	}
	db, err := sqlitemodel.Open(ctx, path)
	if err != nil {
		return err
	}
	registry, err := runtime.NewRegistry(orders.Schema())
	if err != nil {
		return err
	}
	inner := sqlite.AppendIn[*sqlitemodel.Tx](store)
	dies := func(ctx context.Context, tx *sqlitemodel.Tx, appends []runtime.Appending) ([]runtime.Appended, error) {
		out, err := inner(ctx, tx, appends)
		fmt.Println("appended", len(out), err)
		select {}
	}
	r := reaction.New("shipping", []string{orders.TypeOrderPlaced}, dies, ships)
	runner, err := projection.NewRunner(store, db, registry, []projection.Projection[*sqlitemodel.Tx]{r}, fast...)
	if err != nil {
		return err
	}
	return runner.Run(ctx)
}

func TestKilledProcessHasEmittedNothing(t *testing.T) {
	w := onSQLite(t)
	const placed = 5
	for i := range placed {
		w.place(runtime.Root(), fmt.Sprint(i))
	}
	for range 3 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), mortal+"="+w.path)
		out, err := cmd.StdoutPipe()
		check(t, err)
		check(t, cmd.Start())
		line, err := bufio.NewReader(out).ReadString('\n')
		check(t, err)
		if line != fmt.Sprintf("appended %d <nil>\n", placed) {
			t.Errorf("the process said %q", line)
		}
		check(t, cmd.Process.Kill())
		_ = cmd.Wait() // that it was killed
		if n := len(w.all(orders.TypeOrderShipped)); n != 0 {
			t.Fatalf("%d events of a process that never committed", n)
		}
		w.free("shipping")
	}
	w.run(w.db, w.shipping(ships))
	w.untilThere(placed, orders.TypeOrderShipped)
	w.settled("shipping")
	if n := len(w.all(orders.TypeOrderShipped)); n != placed {
		t.Errorf("%d events follow from %d", n, placed)
	}
}

// free ends the leases of a reaction, as time does.
func (w *world[T]) free(id string) {
	w.t.Helper()
	check(w.t, w.db.Ledger(w.ctx, func(l projection.Ledger) error {
		v := w.live(l, id)
		shards, err := l.Shards(w.ctx, v)
		if err != nil {
			return err
		}
		return l.ReplaceShards(w.ctx, v, shards)
	}))
}

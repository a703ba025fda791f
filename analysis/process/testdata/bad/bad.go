// Package bad starts and ends processes.
package bad

import (
	"context"
	"log"
	"os"
	"os/exec"

	"github.com/evgen/evgen/analysis/testdata/ledger"
	"github.com/evgen/evgen/analysis/testdata/ledger/ledgerread"
	"github.com/evgen/evgen/runtime"
)

type (
	added   = runtime.Envelope[ledger.ItemAdded]
	removed = runtime.Envelope[ledger.ItemRemoved]
)

type list struct{}

var _ ledgerread.ListHandler[*ledgerread.Tx] = list{}

func (list) Tables() []string { return nil }

func (list) ItemAdded(ctx context.Context, tx *ledgerread.Tx, e added) error {
	if err := ctx.Err(); err != nil {
		log.Fatal(err) // want `^a projection meddles with processes: list.ItemAdded -> log.Fatal$`
	}
	cmd := exec.Command("date") // want `exec.Command`
	_ = cmd.Run()               // want `exec.Cmd.Run`
	os.Exit(1)                  // want `os.Exit`
	fail()                      // want `list.ItemAdded -> fail -> os.Exit`
	return nil
}

func fail() { os.Exit(2) }

// Package bad looks at its machine.
package bad

import (
	"context"
	"flag"
	"os"
	"os/user"
	"sync"
	"time"

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
	host, _ := os.Hostname()                        // want `^a projection looks at the environment: list.ItemAdded -> os.Hostname$`
	tx.Queue("insert", host, os.Getenv("REGION"))   // want `os.Getenv`
	tx.Queue("insert", region, os.Args[0])          // want `list.ItemAdded -> region -> os.Getenv` `os.Args`
	tx.Queue("insert", lazy(), tables["x"]())       // want `list.ItemAdded -> lazy -> os.Getenv` `list.ItemAdded -> tables -> os.Getppid`
	_, _ = user.Current()                           // want `user.Current`
	tx.Queue("insert", e.OccurredAt.Local())        // want `time.Time.Local`
	tx.Queue("insert", e.OccurredAt.In(time.Local)) // want `time.Local`
	_ = flag.Arg(0)                                 // want `flag.Arg`
	if lookup() {                                   // want `list.ItemAdded -> lookup -> os.LookupEnv`
		return nil
	}
	return nil
}

var region = os.Getenv("REGION")

var lazy = sync.OnceValue(func() string { return os.Getenv("REGION") })

var tables = map[string]func() int{"x": func() int { return os.Getppid() }}

func lookup() bool {
	_, ok := os.LookupEnv("REGION")
	return ok
}

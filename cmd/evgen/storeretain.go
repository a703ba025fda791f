package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/evgen/evgen/cmd/evgen/internal/operate"
	"github.com/evgen/evgen/cmd/evgen/internal/operate/table"
	"github.com/evgen/evgen/runtime"
)

// retaining is one `evgen store retain`.
type retaining struct {
	destroying
	before            string
	partition, dryRun bool
}

func storeRetainCommand(o *operation) *cobra.Command {
	r := &retaining{destroying: destroying{modeling: &modeling{operation: o}}}
	cmd := &cobra.Command{
		Use:   "retain",
		Short: "Forget the oldest events of a store, for ever",
		Long: `Retain removes the events in front of a position, or in front of the first one that
was recorded at a time or later. --partition keeps the rest of a partition, so that
whole ones are dropped at once and no row is deleted.

First it reads what would go. It refuses while a read model, a relay or an
archive of the ledger has not taken all of it in; what keeps its place
elsewhere, in a broker or in another database, it cannot see. Then it asks;
without a terminal it needs --yes. Broken off, it is run again.

Streams keep their versions. An aggregate some of whose events are gone can be
loaded from a snapshot alone, and a rebuild sees nothing of what is gone: an
export (evgen store export --until) or an archive is the only copy there will
be. A SQLite store keeps everything.

--json prints one object: store, from, first, events, bytes, streams, types,
held_by, done.

Exit status: 1 when something has not been read yet, or, with --dry-run, when
something would go; 2 when evgen could not do its job.`,
		Example: `  evgen store retain --before 2025-01-01 --dry-run --store postgres://owner@db/shop
  evgen store retain --before 2025-01-01 --partition
  evgen store retain --before 120000 --yes`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return r.withStore(cmd.Context(), r.run) },
	}
	r.addFlag(cmd)
	flags := cmd.Flags()
	flags.StringVar(&r.before, "before", "", "remove what lies in front of `TIME|POSITION`")
	flags.BoolVar(&r.partition, "partition", false, "only whole partitions")
	flags.BoolVar(&r.dryRun, "dry-run", false, "say what would go and remove nothing")
	flags.StringVar(&r.models, "models", "", "`DSN` or path of the read models (default $EVGEN_MODELS, or the store)")
	r.addForms(cmd)
	_ = cmd.MarkFlagRequired("before")
	return cmd
}

// retainLine is the form for programs.
type retainLine struct {
	Store   string           `json:"store"`
	From    runtime.Position `json:"from"`
	First   runtime.Position `json:"first"`
	Events  int64            `json:"events"`
	Bytes   int64            `json:"bytes"`
	Streams int              `json:"streams"`
	Types   map[string]int64 `json:"types"`
	HeldBy  []holderLine     `json:"held_by"`
	Done    bool             `json:"done"`
}

type holderLine struct {
	Projection string           `json:"projection"`
	Version    int              `json:"version"`
	Position   runtime.Position `json:"position"`
}

func (r *retaining) run(ctx context.Context, store operate.Store) error {
	forgetter, ok := store.(operate.Retainer)
	if !ok {
		return operate.ErrKeepsAll
	}
	ctx, stop := untilInterrupted(ctx)
	defer stop()
	gone, err := r.plan(ctx, store, forgetter)
	if err != nil {
		return err
	}
	held, err := r.holders(ctx, store, gone)
	if err != nil {
		return err
	}
	switch {
	case gone.Events == 0:
		return r.tell(gone, held, false)
	case r.dryRun || len(held) > 0:
		return errors.Join(r.tell(gone, held, false), errFindings)
	}
	if err := r.confirm(fmt.Sprintf("this removes %s, for ever", summary(gone))); err != nil {
		return err
	}
	if _, err := forgetter.Retain(ctx, gone.From); err != nil {
		return err
	}
	return r.tell(gone, held, true)
}

// plan reads what would go.
func (r *retaining) plan(ctx context.Context, store operate.Store, forgetter operate.Retainer) (*operate.Forgotten, error) {
	zone := time.Local
	if r.utc {
		zone = time.UTC
	}
	until, err := operate.ReadBoundary(r.before, zone)
	if err != nil {
		return nil, err
	}
	var size runtime.Position
	if r.partition {
		size, err = forgetter.PartitionSize(ctx)
		if err == nil && size == 0 {
			err = errors.New("this store has no partitions; leave --partition out, and rows are deleted")
		}
		if err != nil {
			return nil, err
		}
	}
	progress, events := r.meter("look"), int64(0)
	defer progress.Done()
	return operate.Forget(ctx, store, until, size, func(at runtime.Position) {
		events++
		progress.Show(events, -1)
	})
}

// holders asks the ledger who has not read yet what would go.
func (r *retaining) holders(ctx context.Context, store operate.Store, gone *operate.Forgotten) (held []operate.Holder, err error) {
	_, life, err := store.Head(ctx)
	if err != nil {
		return nil, err
	}
	err = r.withModels(ctx, func(ctx context.Context, models *operate.Models) error {
		held, err = operate.Holders(ctx, models, life, gone.From)
		return err
	})
	if errors.Is(err, operate.ErrNoLedger) {
		fmt.Fprintln(r.stderr, "evgen: no projection has run in this database, so nobody is known who may still have to read these events")
		return nil, nil
	}
	return held, err
}

func summary(gone *operate.Forgotten) string {
	return fmt.Sprintf("%s events (%s bytes of payload) of %s streams, all below position %d",
		table.Number(gone.Events), table.Number(gone.Bytes), table.Number(gone.Streams()), gone.From)
}

func (r *retaining) tell(gone *operate.Forgotten, held []operate.Holder, done bool) error {
	if r.json {
		return r.tellPrograms(gone, held, done)
	}
	if gone.Events == 0 {
		_, err := fmt.Fprintln(r.stdout, "there is nothing to remove")
		return err
	}
	var out strings.Builder
	for _, kind := range gone.Kinds() {
		fmt.Fprintf(&out, "  %s %s\n", table.Number(gone.Types[kind]), table.Printable(kind))
	}
	if done {
		fmt.Fprintf(&out, "removed %s\n", summary(gone))
	} else {
		fmt.Fprintf(&out, "would remove %s\n", summary(gone))
	}
	for _, h := range held {
		fmt.Fprintf(&out, "%s has come to position %d only: let it read on, or retire it\n", &h.Version, h.At)
	}
	_, err := r.stdout.Write([]byte(out.String()))
	return err
}

func (r *retaining) tellPrograms(gone *operate.Forgotten, held []operate.Holder, done bool) error {
	at, err := r.place()
	if err != nil {
		return err
	}
	line := retainLine{
		Store: at.String(), From: gone.From, First: gone.First, Events: gone.Events, Bytes: gone.Bytes,
		Streams: gone.Streams(), Types: gone.Types, HeldBy: []holderLine{}, Done: done,
	}
	for _, h := range held {
		line.HeldBy = append(line.HeldBy, holderLine{h.ID, h.Number, h.At})
	}
	return r.writeJSONLine(line)
}

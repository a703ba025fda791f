package main

import (
	"context"
	"errors"
	"slices"

	"github.com/spf13/cobra"

	"github.com/evgen/evgen/cmd/evgen/internal/operate"
	"github.com/evgen/evgen/runtime"
)

// storeTailing is one `evgen store tail`.
type storeTailing struct {
	recordPrinter
	selection
	follow bool
	after  int64
	last   int
}

func storeTailCommand(o *operation) *cobra.Command {
	t := &storeTailing{recordPrinter: recordPrinter{operation: o}}
	cmd := &cobra.Command{
		Use:   "tail",
		Short: "Show the last events of a store, and those that come",
		Long: `Tail prints the last events of all streams in the order of their positions; with
--after all events behind a position. --follow goes on with what is appended, by
whichever process, until Ctrl-C.

--json prints one object a line, in the form of evgen store export.`,
		Example: `  evgen store tail --store events.db
  evgen store tail --follow --type shop.OrderPlaced --data
  evgen store tail --after 120000 --json`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			t.after = -1
			if given := cmd.Flags().Lookup("after"); given.Changed {
				t.after, _ = cmd.Flags().GetInt64("after")
			}
			return t.withStore(cmd.Context(), t.run)
		},
	}
	t.recordPrinter.addFlags(cmd)
	t.selection.addFlags(cmd)
	flags := cmd.Flags()
	flags.BoolVarP(&t.follow, "follow", "f", false, "go on with events as they are appended")
	flags.Int64("after", 0, "begin behind `POSITION`; 0 is the beginning")
	flags.IntVarP(&t.last, "last", "n", 10, "begin with the last `N` events")
	cmd.MarkFlagsMutuallyExclusive("after", "last")
	return cmd
}

func (t *storeTailing) run(ctx context.Context, store operate.Store) error {
	filter, err := t.filter()
	if err != nil {
		return err
	}
	at := runtime.Position(t.after)
	if t.after < 0 {
		if at, err = t.printLast(ctx, store, filter); err != nil {
			return err
		}
	}
	if !t.follow {
		if t.after < 0 {
			return nil
		}
		return t.printAll(store.ReadAll(ctx, at, filter))
	}
	ctx, stop := untilInterrupted(ctx)
	defer stop()
	if err := t.printEach(store.Subscribe(ctx, at, filter)); !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// printLast prints the last events and returns where to go on.
func (t *storeTailing) printLast(ctx context.Context, store operate.Store, filter runtime.Filter) (runtime.Position, error) {
	head, _, err := store.Head(ctx)
	if err != nil {
		return 0, err
	}
	filter.Until = head
	records, err := lastRecords(ctx, store, head, filter, t.last)
	if err != nil {
		return 0, err
	}
	for i := range records {
		if err := t.print(&records[i]); err != nil {
			return 0, err
		}
	}
	return head, t.flush()
}

// lastRecords reads the last n records up to head. It begins near the end and goes back further, ever more so, until it
// has enough: a third more is read in all than one reading would take.
func lastRecords(ctx context.Context, store runtime.Reader, head runtime.Position, filter runtime.Filter, n int) ([]runtime.Record, error) {
	if n <= 0 || head == 0 {
		return nil, nil
	}
	for span := runtime.Position(n); ; span *= 4 {
		after := max(0, head-span)
		records, err := lastAfter(ctx, store, after, filter, n)
		var gap *runtime.RetentionGapError
		if errors.As(err, &gap) {
			return lastAfter(ctx, store, gap.FirstKept-1, filter, n)
		}
		if err != nil || len(records) >= n || after == 0 {
			return records, err
		}
	}
}

// lastAfter reads from after on and keeps the last n.
func lastAfter(ctx context.Context, store runtime.Reader, after runtime.Position, filter runtime.Filter, n int) ([]runtime.Record, error) {
	var kept []runtime.Record
	for rec, err := range store.ReadAll(ctx, after, filter) {
		if err != nil {
			return nil, err
		}
		if kept = append(kept, rec); len(kept) >= 2*n {
			kept = slices.Delete(kept, 0, len(kept)-n)
		}
	}
	return kept[max(0, len(kept)-n):], nil
}

package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/evgen/evgen/cmd/evgen/internal/operate"
	"github.com/evgen/evgen/runtime"
)

// storeShowing is one `evgen store show`.
type storeShowing struct {
	recordPrinter
	from, to, version int64
	limit             int
	backwards         bool
}

func storeShowCommand(o *operation) *cobra.Command {
	s := &storeShowing{recordPrinter: recordPrinter{operation: o}}
	cmd := &cobra.Command{
		Use:   "show STREAM",
		Short: "Show the events of one stream",
		Long: `Show prints the events of one stream, oldest first, as they were stored: old
versions are not upcast. Payloads are shown with --data; --version N shows one event
with its payload and everything else that is known about it.

--json prints one object a line, in the form of evgen store export.`,
		Example: `  evgen store show Order-17 --store events.db
  evgen store show Order-17 --version 3
  evgen store show Order-17 --backwards --limit 5 --data`,
		Args: oneArg("show", "the name of one stream"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.withStore(cmd.Context(), func(ctx context.Context, store operate.Store) error { return s.run(ctx, store, args[0]) })
		},
	}
	s.addFlags(cmd)
	flags := cmd.Flags()
	flags.Int64Var(&s.from, "from", 0, "begin with version `N` of the stream")
	flags.Int64Var(&s.to, "to", 0, "end with version `N` of the stream")
	flags.Int64Var(&s.version, "version", 0, "show the event of version `N` in full")
	flags.IntVar(&s.limit, "limit", 0, "show at most `N` events")
	flags.BoolVar(&s.backwards, "backwards", false, "newest first")
	return cmd
}

// oneArg demands exactly one argument.
func oneArg(command, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != 1 {
			return fmt.Errorf("%s needs %s; see %s --help", command, what, cmd.CommandPath())
		}
		return nil
	}
}

func (s *storeShowing) run(ctx context.Context, store operate.Store, name string) error {
	stream, err := runtime.ParseStreamID(name)
	if err != nil {
		return err
	}
	if s.version > 0 {
		return s.showOne(ctx, store, stream)
	}
	opts := []runtime.LoadOption{runtime.FromVersion(runtime.StreamVersion(s.from)), runtime.Limit(s.limit)}
	if s.to > 0 {
		opts = append(opts, runtime.ToVersion(runtime.StreamVersion(s.to)))
	}
	if s.backwards {
		opts = append(opts, runtime.Backwards())
	}
	found := false
	err = s.printAll(func(yield func(runtime.Record, error) bool) {
		for rec, err := range store.Load(ctx, stream, opts...) {
			if found = true; !yield(rec, err) {
				return
			}
		}
	})
	if err == nil && !found {
		return fmt.Errorf("%s has no such events", stream)
	}
	return err
}

func (s *storeShowing) showOne(ctx context.Context, store operate.Store, stream runtime.StreamID) error {
	version := runtime.StreamVersion(s.version)
	for rec, err := range store.Load(ctx, stream, runtime.FromVersion(version), runtime.ToVersion(version)) {
		if err != nil {
			return err
		}
		if s.data = true; s.json {
			return s.printJSON(&rec)
		}
		return s.printOne(&rec)
	}
	return fmt.Errorf("%s has no version %d", stream, version)
}

package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/evgen/evgen/cmd/evgen/internal/operate"
	"github.com/evgen/evgen/cmd/evgen/internal/operate/meter"
	"github.com/evgen/evgen/runtime"
)

// operation is what all commands on stores and read models share.
type operation struct {
	*invocation
	store, schema string
	json, utc     bool
}

func storeCommand(inv *invocation) *cobra.Command {
	o := &operation{invocation: inv}
	cmd := &cobra.Command{
		Use:   "store",
		Short: "Look at an event store, and look after it",
		Long: `Store works on the events of a store that --store or EVGEN_STORE names:

  postgres://app@db/shop        PostgreSQL; --schema names the schema of its tables
  sqlite:events.db, events.db   a SQLite file

What is printed for people has aligned columns; --json prints for programs. Payloads
are shown where --data asks for them, and nowhere else.`,
		Example: `  evgen store migrate --store postgres://app@db/shop
  evgen store tail --follow --store events.db
  evgen store verify --store events.db`,
		Args: knownCommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	o.addStore(cmd)
	cmd.AddCommand(
		storeMigrateCommand(o),
		storeStreamsCommand(o),
		storeShowCommand(o),
		storeTailCommand(o),
		storeVerifyCommand(o),
		storeExportCommand(o),
		storeImportCommand(o),
		storeRetainCommand(o),
		storeRestoredCommand(o),
	)
	return cmd
}

// addStore adds the flags of all commands below cmd.
func (o *operation) addStore(cmd *cobra.Command) {
	flags := cmd.PersistentFlags()
	flags.StringVar(&o.store, "store", "", "`DSN` or path of the store (default $EVGEN_STORE)")
	flags.StringVar(&o.schema, "schema", "", "`NAME` of the schema in PostgreSQL (default evgen)")
}

// addForms adds the flags of commands that print.
func (o *operation) addForms(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&o.json, "json", false, "print JSON for programs")
	cmd.Flags().BoolVar(&o.utc, "utc", false, "print times in UTC instead of the local zone")
}

// place is the store that was named.
func (o *operation) place() (operate.Place, error) {
	dir, err := o.workDir()
	if err != nil {
		return operate.Place{}, err
	}
	text := o.store
	if text == "" {
		text = o.env("EVGEN_STORE")
	}
	return operate.Parse(text, o.schema, dir)
}

// withStore opens the store for f.
func (o *operation) withStore(ctx context.Context, f func(context.Context, operate.Store) error) error {
	at, err := o.place()
	if err != nil {
		return err
	}
	s, err := at.OpenStore(ctx)
	if err != nil {
		return err
	}
	return errors.Join(f(ctx, s), s.Close())
}

// untilInterrupted is a context that Ctrl-C ends.
func untilInterrupted(ctx context.Context) (context.Context, context.CancelFunc) {
	return signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
}

// time prints an instant in the zone that was asked for.
func (o *operation) time(at time.Time) string {
	if at.IsZero() {
		return "-"
	}
	if o.utc {
		return at.UTC().Format("2006-01-02 15:04:05.000Z")
	}
	return at.Local().Format("2006-01-02 15:04:05.000")
}

// meter measures work on standard error.
func (o *operation) meter(what string) *meter.Meter {
	m := meter.New(o.stderr, what, time.Now)
	if isTerminal(o.stderr) {
		return m.OnTerminal()
	}
	return m
}

// selection is which events a command is about.
type selection struct {
	types, categories, streams, tenants []string
}

func (s *selection) addFlags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringSliceVar(&s.types, "type", nil, "only events of stored `TYPE`s, such as shop.OrderPlaced")
	flags.StringSliceVar(&s.categories, "category", nil, "only streams of `CATEGORY`s, such as Order")
	flags.StringArrayVar(&s.streams, "stream", nil, "only events of a `STREAM`; may be repeated")
	flags.StringSliceVar(&s.tenants, "tenant", nil, "only events of `TENANT`s")
}

func (s *selection) filter() (runtime.Filter, error) {
	f := runtime.Filter{Types: s.types, Categories: s.categories, Tenants: tenants(s.tenants)}
	for _, text := range s.streams {
		stream, err := runtime.ParseStreamID(text)
		if err != nil {
			return f, err
		}
		f.Streams = append(f.Streams, stream)
	}
	return f, nil
}

func tenants(names []string) []runtime.Tenant {
	var out []runtime.Tenant
	for _, name := range names {
		out = append(out, runtime.Tenant(name))
	}
	return out
}

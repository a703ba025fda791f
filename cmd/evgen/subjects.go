package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/evgen/evgen/cmd/evgen/internal/operate"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/encryption"
)

// keeping is what commands about the keys of subjects have in common.
type keeping struct {
	*operation
	keys, tenant string
}

func subjectsCommand(inv *invocation) *cobra.Command {
	k := &keeping{operation: &operation{invocation: inv}}
	cmd := &cobra.Command{
		Use:   "subjects",
		Short: "Erase people, and show who was",
		Long: `Subjects works on the keys under which personal data is sealed, in a database that
--keys or EVGEN_KEYS names:

  postgres://app@db/keys      PostgreSQL; --schema names the schema of its tables
  sqlite:keys.db, keys.db     a SQLite file

No command reads or prints a key.`,
		Example: `  evgen subjects erase 018f5c2e-7a10-7000-8000-0000000000aa --reason "request 4711"
  evgen subjects show 018f5c2e-7a10-7000-8000-0000000000aa --keys postgres://app@db/keys
  evgen subjects pending --keys keys.db`,
		Args: knownCommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	flags := cmd.PersistentFlags()
	flags.StringVar(&k.keys, "keys", "", "`DSN` or path of the keys (default $EVGEN_KEYS)")
	flags.StringVar(&k.schema, "schema", "", "`NAME` of the schema in PostgreSQL (default evgen_keys)")
	cmd.AddCommand(subjectsEraseCommand(k), subjectsShowCommand(k), subjectsPendingCommand(k))
	return cmd
}

// addTenant adds the flag of commands about one subject.
func (k *keeping) addTenant(cmd *cobra.Command) {
	cmd.Flags().StringVar(&k.tenant, "tenant", "", "the subject is one of `TENANT`")
}

func (k *keeping) subject(id string) encryption.Subject {
	return encryption.Subject{Tenant: runtime.Tenant(k.tenant), ID: id}
}

// withKeys opens the keys for f.
func (k *keeping) withKeys(ctx context.Context, f func(context.Context, *operate.Keys) error) error {
	text := k.keys
	if text == "" {
		text = k.env("EVGEN_KEYS")
	}
	if text == "" {
		return errors.New("no keys were named: use --keys or set EVGEN_KEYS")
	}
	dir, err := k.workDir()
	if err != nil {
		return err
	}
	at, err := operate.Parse(text, k.schema, dir)
	if err != nil {
		return err
	}
	keys, err := at.OpenKeys(ctx)
	if err != nil {
		return err
	}
	return errors.Join(f(ctx, keys), keys.Close())
}

func subjectsPendingCommand(k *keeping) *cobra.Command {
	return &cobra.Command{
		Use:   "pending",
		Short: "List the people whose erasure is not finished",
		Long: `Pending lists, a line each, the people whose keys are gone while something derived
from their data may still be there. A service that calls Resume of its
encryption.Eraser clears that, and finishes the erasure.`,
		Example: "  evgen subjects pending --keys keys.db",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return k.withKeys(cmd.Context(), func(ctx context.Context, keys *operate.Keys) error {
				pending, err := keys.Pending(ctx)
				for _, s := range pending {
					if _, err := fmt.Fprintln(k.stdout, subjectName(s)); err != nil {
						return err
					}
				}
				return err
			})
		},
	}
}

func subjectName(s encryption.Subject) string {
	if s.Tenant == "" {
		return printable(s.ID)
	}
	return printable(s.ID) + " of tenant " + printable(string(s.Tenant))
}

package main

import (
	"context"
	"fmt"
	"os/user"
	"time"

	"github.com/spf13/cobra"

	"github.com/evgen/evgen/cmd/evgen/internal/operate"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/encryption"
)

// subjectErasing is one `evgen subjects erase`.
type subjectErasing struct {
	*keeping
	destroying
	by, reason string
}

func subjectsEraseCommand(k *keeping) *cobra.Command {
	e := &subjectErasing{keeping: k, destroying: destroying{modeling: &modeling{operation: k.operation}}}
	cmd := &cobra.Command{
		Use:   "erase ID",
		Short: "Destroy the keys of a person, for ever",
		Long: `Erase destroys the keys of a person: what is sealed under them, in events, archives
and brokers, is unreadable from then on, in services that run within a minute.

Read models, and what consumers have written, are cleared by services: those that
call Resume of their encryption.Eraser take up what evgen subjects pending lists.
States of sagas and snapshots are gone with the keys.

It asks; without a terminal it needs --yes. Nothing brings a key back.`,
		Example: `  evgen subjects erase 018f5c2e-7a10-7000-8000-0000000000aa --reason "request 4711"
  evgen subjects erase ada --tenant acme --keys keys.db --yes`,
		Args: oneArg("erase", "the id of one person"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return e.withKeys(cmd.Context(), func(ctx context.Context, keys *operate.Keys) error { return e.run(ctx, keys, args[0]) })
		},
	}
	e.addTenant(cmd)
	e.addFlag(cmd)
	cmd.Flags().StringVar(&e.by, "by", "", "`NAME` of who erases (default the user of this machine)")
	cmd.Flags().StringVar(&e.reason, "reason", "", "`TEXT` that is kept with the erasure")
	return cmd
}

func (e *subjectErasing) run(ctx context.Context, keys *operate.Keys, id string) error {
	s := e.subject(id)
	if id == "" {
		return encryption.ErrNoSubject
	}
	known, err := keys.KeysOf(ctx, s)
	if err != nil {
		return err
	}
	if err := e.confirm(fmt.Sprintf("%s has %d keys: what is sealed under them would be unreadable for ever", subjectName(s), len(known))); err != nil {
		return err
	}
	why := encryption.Erasure{At: runtime.Timestamp(time.Now()), By: e.eraser(), Why: e.reason}
	if err := keys.Erase(ctx, s, why); err != nil {
		return err
	}
	_, err = fmt.Fprintf(e.keeping.stdout, "the keys of %s are erased; evgen subjects pending tells until all else is\n", subjectName(s))
	return err
}

// eraser is who answers for the erasure.
func (e *subjectErasing) eraser() string {
	if e.by != "" {
		return e.by
	}
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return ""
}

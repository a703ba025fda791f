package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/evgen/evgen/cmd/evgen/internal/operate"
	"github.com/evgen/evgen/runtime/encryption"
)

func subjectsShowCommand(k *keeping) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "show ID",
		Short: "Show what is known of a person's keys",
		Long: `Show prints, a line each, the keys that a person has or had: since when, and when
they were erased, by whom and why. The keys themselves are not shown.

--json prints an object a line, with id, created_at, erased_at, erased_by,
erased_why and finished.`,
		Example: `  evgen subjects show 018f5c2e-7a10-7000-8000-0000000000aa --keys keys.db
  evgen subjects show ada --tenant acme --json`,
		Args: oneArg("show", "the id of one person"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return k.withKeys(cmd.Context(), func(ctx context.Context, keys *operate.Keys) error { return k.show(ctx, keys, args[0]) })
		},
	}
	k.addTenant(cmd)
	k.addForms(cmd)
	return cmd
}

// shownKey is a key as `evgen subjects show --json` prints it.
type shownKey struct {
	ID        uuid.UUID  `json:"id"`
	CreatedAt time.Time  `json:"created_at"`
	ErasedAt  *time.Time `json:"erased_at,omitempty"`
	ErasedBy  string     `json:"erased_by,omitempty"`
	ErasedWhy string     `json:"erased_why,omitempty"`
	Finished  bool       `json:"finished"`
}

func (k *keeping) show(ctx context.Context, keys *operate.Keys, id string) error {
	found, err := keys.KeysOf(ctx, k.subject(id))
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return fmt.Errorf("%s has no keys", subjectName(k.subject(id)))
	}
	for i := range found {
		if err := k.print(&found[i]); err != nil {
			return err
		}
	}
	return nil
}

func (k *keeping) print(key *encryption.Key) error {
	if k.json {
		out := shownKey{ID: key.ID, CreatedAt: key.CreatedAt}
		if e := key.Erased; e != nil {
			out.ErasedAt, out.ErasedBy, out.ErasedWhy, out.Finished = &e.At, e.By, e.Why, e.Finished
		}
		return json.NewEncoder(k.stdout).Encode(out)
	}
	state := "active"
	if e := key.Erased; e != nil {
		state = fmt.Sprintf("erased %s by %s: %s", k.time(e.At), printable(e.By), printable(e.Why))
		if !e.Finished {
			state += " (pending)"
		}
	}
	_, err := fmt.Fprintf(k.stdout, "%s  since %s  %s\n", key.ID, k.time(key.CreatedAt), state)
	return err
}

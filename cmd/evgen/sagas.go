package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/evgen/evgen/cmd/evgen/internal/operate"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/saga"
)

func sagasCommand(inv *invocation) *cobra.Command {
	m := &modeling{operation: &operation{invocation: inv}}
	cmd := &cobra.Command{
		Use:   "sagas",
		Short: "Look at processes of several steps, and decide about those that are stuck",
		Long: `Sagas works on the sagas that services keep in the database of the store, or in that
of --models (EVGEN_MODELS). Services do the work: a command notes what is wanted,
and running services take it up within about a second.

A saga is

  running               a step is next, or under way
  waiting               for an event
  compensating          what was done is being undone
  completed             all steps are done
  compensated           all that was done is undone
  compensation_failed   something could not be undone: it waits for a decision`,
		Example: `  evgen sagas list --store postgres://app@db/shop --state compensation_failed
  evgen sagas show 4711
  evgen sagas retry 4711
  evgen sagas cancel 4711 --reason "ordered twice"
  evgen sagas prune --older-than 720h --dry-run`,
		Args: knownCommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	m.addModels(cmd)
	cmd.AddCommand(sagasListCommand(m), sagasShowCommand(m), sagasRetryCommand(m), sagasCancelCommand(m), sagasPruneCommand(m))
	return cmd
}

// withSagas opens the sagas for f, if there are any of a name that is not empty.
func (m *modeling) withSagas(ctx context.Context, name string, f func(context.Context, *operate.Sagas) error) error {
	at, err := m.modelsPlace()
	if err != nil {
		return err
	}
	sagas, err := at.OpenSagas(ctx)
	if err != nil {
		return err
	}
	if err = sagas.Named(ctx, name); err == nil {
		err = f(ctx, sagas)
	}
	return errors.Join(err, sagas.Close())
}

// sagaSelection is which sagas a command is about.
type sagaSelection struct {
	saga, tenant string
	cmd          *cobra.Command
}

func (s *sagaSelection) addFlags(cmd *cobra.Command) {
	s.cmd = cmd
	flags := cmd.Flags()
	flags.StringVar(&s.saga, "saga", "", "only sagas of this `NAME`, such as onboarding")
	flags.StringVar(&s.tenant, "tenant", "", "only sagas of `TENANT`")
}

func (s *sagaSelection) query() saga.Query {
	q := saga.Query{Saga: s.saga}
	if s.cmd.Flags().Changed("tenant") {
		tenant := runtime.Tenant(s.tenant)
		q.Tenant = &tenant
	}
	return q
}

// named returns the one saga of an id.
func (s *sagaSelection) named(ctx context.Context, sagas *operate.Sagas, id string) (*saga.Instance, error) {
	found, err := s.identified(ctx, sagas, id)
	if err != nil {
		return nil, err
	}
	return theOne(found, id)
}

// shown returns the one saga of an id, or else the one whose id begins so: to look at
// it does no harm.
func (s *sagaSelection) shown(ctx context.Context, sagas *operate.Sagas, id string) (*saga.Instance, error) {
	found, err := s.identified(ctx, sagas, id)
	if err == nil && len(found) == 0 {
		found, err = sagas.List(ctx, s.query())
		found = slices.DeleteFunc(found, func(i saga.Instance) bool { return !strings.HasPrefix(i.ID, id) })
	}
	if err != nil {
		return nil, err
	}
	return theOne(found, id)
}

func (s *sagaSelection) identified(ctx context.Context, sagas *operate.Sagas, id string) ([]saga.Instance, error) {
	q := s.query()
	q.ID, q.Limit = id, 2
	return sagas.List(ctx, q)
}

func theOne(found []saga.Instance, id string) (*saga.Instance, error) {
	switch {
	case len(found) == 0:
		return nil, fmt.Errorf("there is no saga of the id %q", id)
	case len(found) == 1:
		return &found[0], nil
	case found[0].ID == id:
		return nil, fmt.Errorf("there are %s and others of this id; name one by --saga and --tenant", nameOf(&found[0]))
	}
	return nil, fmt.Errorf("%s, %s and maybe others have ids that begin with %q: give more of it", nameOf(&found[0]), nameOf(&found[1]), id)
}

// nameOf tells a saga from all others.
func nameOf(s *saga.Instance) string {
	if s.Tenant == "" {
		return s.Ref.String()
	}
	return fmt.Sprintf("%s of tenant %s", s.Ref, s.Tenant)
}

package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/evgen/evgen/cmd/evgen/internal/operate"
	"github.com/evgen/evgen/cmd/evgen/internal/operate/table"
	"github.com/evgen/evgen/runtime/saga"
)

// sagaShowing is one `evgen sagas show`.
type sagaShowing struct {
	*modeling
	sagaSelection
	data bool
}

func sagasShowCommand(m *modeling) *cobra.Command {
	s := &sagaShowing{modeling: m}
	cmd := &cobra.Command{
		Use:   "show ID",
		Short: "Show a saga with its step ledger",
		Long: `Show prints all that is known of a saga, and its step ledger: each attempt of
each step and compensation, what became of it, and what operators did. The
beginning of an id is enough where no other saga has the same.

--json prints the object of evgen sagas list, with the entries in ledger.`,
		Example: `  evgen sagas show 4711 --store events.db
  evgen sagas show 4711 --saga onboarding --tenant acme --data --json`,
		Args: oneArg("show", "the id of one saga, or its beginning"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.withSagas(cmd.Context(), s.saga, func(ctx context.Context, sagas *operate.Sagas) error { return s.run(ctx, sagas, args[0]) })
		},
	}
	s.addForms(cmd)
	s.addFlags(cmd)
	cmd.Flags().BoolVar(&s.data, "data", false, "show the saga's own state, too")
	return cmd
}

func (s *sagaShowing) run(ctx context.Context, sagas *operate.Sagas, id string) error {
	found, err := s.shown(ctx, sagas, id)
	if err != nil {
		return err
	}
	entries, err := sagas.Entries(ctx, found.Ref)
	if err != nil {
		return err
	}
	if s.json {
		return s.printJSON(found, entries)
	}
	if _, err := s.stdout.Write([]byte(s.text(found))); err != nil {
		return err
	}
	rows := s.table(table.Column{Title: "step", Cut: true}, table.Column{Title: "kind"}, table.Column{Title: "attempt", Right: true}, table.Column{Title: "outcome"},
		table.Column{Title: "ended"}, table.Column{Title: "took", Right: true}, table.Column{Title: "failure", Cut: true})
	for _, e := range entries {
		rows.Add(e.Step, string(e.Kind), strconv.Itoa(e.Attempt), string(e.Outcome), s.time(e.EndedAt),
			took(e.EndedAt.Sub(e.StartedAt)), orDash(e.Failure))
	}
	return rows.Flush(s.stdout)
}

// took is a time in three digits or so: 250µs, 12ms, 3.1s, 4m10s.
func took(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return d.Round(time.Microsecond).String()
	case d < time.Second:
		return d.Round(time.Millisecond).String()
	case d < time.Minute:
		return d.Round(100 * time.Millisecond).String()
	}
	return d.Round(time.Second).String()
}

func (s *sagaShowing) text(i *saga.Instance) string {
	var out strings.Builder
	member := func(name, value string) { fmt.Fprintf(&out, "%-12s %s\n", name, table.Printable(value)) }
	member("saga", i.Saga)
	member("id", i.ID)
	member("tenant", orDash(string(i.Tenant)))
	member("state", string(i.State))
	member("step", orDash(i.Step))
	if i.State.Open() {
		member("due", s.time(i.DueAt))
		member("owner", orDash(i.Owner))
		if i.Lost > 0 {
			member("lost", fmt.Sprintf("%d of %d attempts, with their process", i.Lost, i.Attempts))
		}
	}
	member("deadline", s.time(i.Deadline))
	member("started", s.time(i.StartedAt))
	member("event", i.Start.Event.String())
	member("correlation", i.Start.Correlation.String())
	member("failure", orDash(i.Failure))
	if i.Cancel != "" {
		member("cancelled", i.Cancel)
	}
	if len(i.Undo) > 0 {
		member("to undo", strings.Join(i.Undo, ", "))
	}
	if len(i.Stuck) > 0 {
		member("not undone", strings.Join(i.Stuck, ", "))
	}
	if s.data {
		member("data", orDash(string(i.Data)))
	}
	out.WriteByte('\n')
	return out.String()
}

// sagaEntry is the form of an entry for programs.
type sagaEntry struct {
	Step      string       `json:"step"`
	Kind      saga.Kind    `json:"kind"`
	Attempt   int          `json:"attempt"`
	Outcome   saga.Outcome `json:"outcome"`
	Failure   string       `json:"failure,omitempty"`
	Owner     string       `json:"owner"`
	StartedAt time.Time    `json:"started_at"`
	EndedAt   time.Time    `json:"ended_at"`
}

func (s *sagaShowing) printJSON(i *saga.Instance, entries []saga.Entry) error {
	whole := struct {
		sagaLine
		Ledger []sagaEntry `json:"ledger"`
	}{sagaLineOf(i), []sagaEntry{}}
	if s.data {
		whole.Data = i.Data
	}
	for _, e := range entries {
		whole.Ledger = append(whole.Ledger, sagaEntry{e.Step, e.Kind, e.Attempt, e.Outcome, e.Failure, e.Owner, e.StartedAt, e.EndedAt})
	}
	return s.writeJSONLine(whole)
}

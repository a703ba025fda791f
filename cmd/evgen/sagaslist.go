package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/evgen/evgen/cmd/evgen/internal/operate"
	"github.com/evgen/evgen/cmd/evgen/internal/operate/table"
	"github.com/evgen/evgen/runtime/saga"
)

// sagaListing is one `evgen sagas list`.
type sagaListing struct {
	*modeling
	sagaSelection
	state choice
	limit int
}

func sagasListCommand(m *modeling) *cobra.Command {
	l := &sagaListing{modeling: m}
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List sagas",
		Long: `List shows sagas, those that began last first: name, id, state, the step that is
next, how often it has failed, when it is due, and why the saga is being undone.

--json prints one object a line: saga, id, tenant, state, step, attempts, lost
(attempts whose process died), owner, undo, stuck, failure, cancel, event,
correlation, due_at, deadline, started_at, updated_at.
The saga's own state is shown by evgen sagas show --data.`,
		Example: `  evgen sagas list --store events.db
  evgen sagas list --saga onboarding --state compensation_failed --json`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return l.withSagas(cmd.Context(), l.saga, l.run) },
	}
	l.addForms(cmd)
	l.addFlags(cmd)
	states := []string{""}
	for _, s := range saga.States() {
		states = append(states, string(s))
	}
	l.state = oneOf(states...)
	cmd.Flags().Var(&l.state, "state", "only sagas in this state")
	mustComplete(cmd, "state", l.state.complete)
	cmd.Flags().IntVar(&l.limit, "limit", 100, "list at most `N` sagas; 0 lists all")
	return cmd
}

func (l *sagaListing) run(ctx context.Context, sagas *operate.Sagas) error {
	q := l.query()
	if l.state.value != "" {
		q.States = []saga.State{saga.State(l.state.value)}
	}
	if l.limit > 0 {
		q.Limit = l.limit + 1 // one more says whether there is one
	}
	found, err := sagas.List(ctx, q)
	if err != nil {
		return err
	}
	if l.limit > 0 && len(found) > l.limit {
		found = found[:l.limit]
		defer fmt.Fprintln(l.stderr, "evgen: there are more sagas; --limit 0 lists all")
	}
	rows := l.table(table.Column{Title: "saga", Cut: true}, table.Column{Title: "id", Cut: true}, table.Column{Title: "state"}, table.Column{Title: "step", Cut: true},
		table.Column{Title: "failed", Right: true}, table.Column{Title: "due"}, table.Column{Title: "started"}, table.Column{Title: "failure", Cut: true})
	for i := range found {
		if err := l.print(rows, &found[i]); err != nil {
			return err
		}
	}
	return rows.Flush(l.stdout)
}

func (l *sagaListing) print(rows *table.Table, s *saga.Instance) error {
	if l.json {
		return l.writeJSONLine(sagaLineOf(s))
	}
	due := time.Time{}
	if s.State.Open() {
		due = s.DueAt
	}
	rows.Add(s.Saga, s.ID, string(s.State), orDash(s.Step), strconv.Itoa(s.Attempts), l.time(due), l.time(s.StartedAt), orDash(s.Failure))
	return nil
}

// sagaLine is the form for programs.
type sagaLine struct {
	Saga        string          `json:"saga"`
	ID          string          `json:"id"`
	Tenant      string          `json:"tenant"`
	State       saga.State      `json:"state"`
	Step        string          `json:"step"`
	Attempts    int             `json:"attempts"`
	Lost        int             `json:"lost,omitempty"`
	Owner       string          `json:"owner,omitempty"`
	Undo        []string        `json:"undo"`
	Stuck       []string        `json:"stuck"`
	Failure     string          `json:"failure,omitempty"`
	Cancel      string          `json:"cancel,omitempty"`
	Event       string          `json:"event"`
	Correlation string          `json:"correlation"`
	DueAt       *time.Time      `json:"due_at,omitempty"`
	Deadline    *time.Time      `json:"deadline,omitempty"`
	StartedAt   time.Time       `json:"started_at"`
	UpdatedAt   time.Time       `json:"updated_at"`
	Data        json.RawMessage `json:"data,omitempty"`
}

func sagaLineOf(s *saga.Instance) sagaLine {
	line := sagaLine{
		Saga: s.Saga, ID: s.ID, Tenant: string(s.Tenant), State: s.State, Step: s.Step, Attempts: s.Attempts, Lost: s.Lost, Owner: s.Owner,
		Undo: append([]string{}, s.Undo...), Stuck: append([]string{}, s.Stuck...), Failure: s.Failure, Cancel: s.Cancel,
		Event: s.Start.Event.String(), Correlation: s.Start.Correlation.String(), StartedAt: s.StartedAt, UpdatedAt: s.UpdatedAt,
	}
	if s.State.Open() && !s.DueAt.IsZero() {
		line.DueAt = &s.DueAt
	}
	if !s.Deadline.IsZero() {
		line.Deadline = &s.Deadline
	}
	return line
}

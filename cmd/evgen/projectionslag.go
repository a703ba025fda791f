package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/evgen/evgen/cmd/evgen/internal/operate"
	"github.com/evgen/evgen/cmd/evgen/internal/operate/meter"
	"github.com/evgen/evgen/cmd/evgen/internal/operate/table"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

// lagging is one `evgen projections lag`.
type lagging struct {
	*modeling
	id    string
	watch bool
	every time.Duration
	// before holds the positions of the look before, for paces.
	before map[string]runtime.Position
	looked time.Time
}

// pace is how fast a shard moves, since the look before.
type pace struct {
	known bool
	rate  float64       // positions a second
	left  time.Duration // until it is at the end at this rate; -1: it is not getting there
}

func projectionsLagCommand(m *modeling) *cobra.Command {
	l := &lagging{modeling: m, before: map[string]runtime.Position{}}
	cmd := &cobra.Command{
		Use:   "lag [PROJECTION]",
		Short: "Show how far read models are behind the store",
		Long: `Lag shows each shard of each version: how many positions it is behind the end of the
store, since when the first event behind its checkpoint waits, how many dead letters
it has, who works on it, and why it stands still if it does. The partitions of a
consumer stand at offsets of their broker, which alone knows how far that is behind;
its name selects them all. Without a store, in the database of a service that has
none, nothing is said of what is behind.

--watch looks again and again until Ctrl-C, and adds how many positions a second
each shard has moved since the look before, and how long it takes at this rate until
it is at the end.

--json prints one object a line: projection, version, state, shard, position,
behind, seconds, letters, owner, paused; with --watch, from the second look on,
also rate and, where the end comes closer, seconds_left. Consumers have no
behind, seconds and seconds_left.`,
		Example: `  evgen projections lag --store events.db
  evgen projections lag mailer --models mails.db
  evgen projections lag memory_list --watch
  evgen projections lag --json`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return fmt.Errorf("lag takes the name of one projection at most; see %s --help", cmd.CommandPath())
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				l.id = args[0]
			}
			return l.withModelsAndMaybeStore(cmd.Context(), l.run)
		},
	}
	m.addForms(cmd)
	cmd.Flags().BoolVarP(&l.watch, "watch", "w", false, "look again and again")
	cmd.Flags().DurationVar(&l.every, "every", 2*time.Second, "with --watch: `TIME` between two looks")
	return cmd
}

func (l *lagging) run(ctx context.Context, store operate.Store, models *operate.Models) error {
	if !l.watch {
		return l.look(ctx, store, models)
	}
	ctx, stop := untilInterrupted(ctx)
	defer stop()
	for {
		if isTerminal(l.stdout) && !l.json {
			fmt.Fprint(l.stdout, "\x1b[H\x1b[2J")
		}
		if err := l.look(ctx, store, models); err != nil && ctx.Err() == nil {
			return err
		}
		if !sleep(ctx, l.every) {
			return nil
		}
	}
}

// sleep reports whether ctx is still wanted after d.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// shardLine is the form for programs.
type shardLine struct {
	Projection string            `json:"projection"`
	Version    int               `json:"version"`
	State      projection.State  `json:"state"`
	Shard      int               `json:"shard"`
	Position   runtime.Position  `json:"position"`
	Behind     *runtime.Position `json:"behind,omitempty"`
	Seconds    *float64          `json:"seconds,omitempty"`
	Letters    int               `json:"letters"`
	Owner      string            `json:"owner,omitempty"`
	Paused     string            `json:"paused,omitempty"`
	Rate       *float64          `json:"rate,omitempty"`
	Left       *float64          `json:"seconds_left,omitempty"`
}

func (l *lagging) look(ctx context.Context, store operate.Store, models *operate.Models) error {
	head, incarnation, err := headOf(ctx, store)
	if err != nil {
		return err
	}
	versions, err := operate.SurveyNamed(ctx, models, l.id)
	if err != nil {
		return err
	}
	now := time.Now()
	rows := l.rows()
	for i := range versions {
		v := &versions[i]
		for k := range v.Shards {
			if err := l.lookAt(ctx, rows, store, v, &v.Shards[k], head, incarnation, now); err != nil {
				return err
			}
		}
	}
	l.looked = now
	return rows.Flush(l.stdout)
}

func (l *lagging) rows() *table.Table {
	columns := []table.Column{
		{Title: "projection", Cut: true}, {Title: "version", Right: true}, {Title: "state", Cut: true}, {Title: "shard", Right: true}, {Title: "position", Right: true},
		{Title: "behind", Right: true}, {Title: "since", Right: true}, {Title: "letters", Right: true},
	}
	if l.watch {
		columns = append(columns, table.Column{Title: "rate", Right: true}, table.Column{Title: "left", Right: true})
	}
	return l.table(append(columns, table.Column{Title: "note", Cut: true})...)
}

func (l *lagging) lookAt(ctx context.Context, rows *table.Table, store operate.Store, v *operate.Version, s *operate.Shard,
	head runtime.Position, incarnation runtime.Incarnation, now time.Time) error {
	behind := behindOf(v, s.Position, head)
	since, waits, err := sinceOf(ctx, store, behind, head, now)
	if err != nil {
		return err
	}
	moves := l.pace(fmt.Sprintf("%s/%d", v, s.Index), s.Position, behind, now)
	if l.json {
		line := shardLine{
			Projection: v.ID, Version: v.Number, State: v.State, Shard: s.Index, Position: s.Position, Behind: behind,
			Seconds: since, Letters: s.Letters, Owner: s.Owner, Paused: s.Paused,
		}
		moves.fill(&line)
		return l.writeJSONLine(line)
	}
	cells := []string{
		v.ID, fmt.Sprint(v.Number), stateOf(v), fmt.Sprint(s.Index), table.Number(s.Position), numberOrDash(behind), waits, table.Number(s.Letters),
	}
	if l.watch {
		cells = append(cells, moves.cells()...)
	}
	rows.Add(append(cells, noteOn(v, s, incarnation, now))...)
	return nil
}

// sinceOf is for how long the first event behind a checkpoint waits, in seconds and
// for people, where it is known how far that is behind.
func sinceOf(ctx context.Context, store operate.Store, behind *runtime.Position, head runtime.Position, now time.Time) (*float64, string, error) {
	if behind == nil {
		return nil, "-", nil
	}
	since, err := operate.Behind(ctx, store, head-*behind, head, now)
	seconds := since.Seconds()
	return &seconds, meter.Span(since), err
}

// pace is that of a shard since the look before, which it takes the place of.
func (l *lagging) pace(shard string, at runtime.Position, behind *runtime.Position, now time.Time) pace {
	before, known := l.before[shard]
	l.before[shard] = at
	took := now.Sub(l.looked).Seconds()
	if !known || took <= 0 {
		return pace{}
	}
	p := pace{known: true, rate: float64(at-before) / took, left: -1}
	switch {
	case behind == nil:
	case *behind == 0:
		p.left = 0
	case p.rate > 0:
		p.left = time.Duration(float64(*behind) / p.rate * float64(time.Second))
	}
	return p
}

// cells are the rate and the time left, for people.
func (p pace) cells() []string {
	if !p.known {
		return []string{"-", "-"}
	}
	left := "-"
	if p.left >= 0 {
		left = meter.Span(p.left)
	}
	return []string{table.Number(int64(p.rate)) + "/s", left}
}

// fill is for programs.
func (p pace) fill(line *shardLine) {
	if !p.known {
		return
	}
	line.Rate = &p.rate
	if p.left >= 0 {
		seconds := p.left.Seconds()
		line.Left = &seconds
	}
}

// noteOn says what keeps a shard from moving.
func noteOn(v *operate.Version, s *operate.Shard, incarnation runtime.Incarnation, now time.Time) string {
	switch {
	case s.Paused != "":
		return "paused: " + s.Paused
	case !v.IsTakenUp():
		return "no service has taken it up"
	case !v.Consumes() && incarnation != "" && v.Incarnation != incarnation:
		return "built from another store, or before it was restored: reset it"
	case !s.Leased:
		return "no service works on it"
	}
	return ""
}

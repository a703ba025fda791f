package main

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/evgen/evgen/schema/compat"
	"github.com/evgen/evgen/schema/lock"
	"github.com/evgen/evgen/schema/model"
)

// logging is one `evgen log`.
type logging struct {
	comparison
	format choice
}

func logCommand(inv *invocation) *cobra.Command {
	l := &logging{comparison: comparison{invocation: inv}, format: oneOf("text", "json")}
	cmd := &cobra.Command{
		Use:   "log EVENT",
		Short: "Tell the history of an event: versions, changes, who reads what",
		Long: `Log lists the versions of an event: since when each is released, by git's history
of evgen.lock, or else since when the schema file has it; what changed from the
version before; and who can read what, as a matrix. A reader of a newer version
upcasts older facts; a reader of an older one takes newer facts as they are.

Without git, or before the first commit, there are no dates.`,
		Example: `  evgen log OrderPlaced
  evgen log orders.OrderPlaced --format json`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fmt.Errorf("log needs the name of one event; see %s --help", cmd.CommandPath())
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return l.run(cmd.Context(), args[0]) },
	}
	l.addToday(cmd)
	cmd.Flags().Var(&l.format, "format", "print text or json")
	mustComplete(cmd, "format", l.format.complete)
	return cmd
}

func (l *logging) run(ctx context.Context, name string) error {
	now, err := l.readToday(ctx)
	if err != nil {
		return err
	}
	if err := l.usable(now); err != nil {
		return err
	}
	event, err := findEvent(now.model, name)
	if err != nil {
		return err
	}
	history, err := l.history(ctx, now, event)
	if err != nil {
		return err
	}
	if l.format.value == "json" {
		return writeJSON(l.stdout, history)
	}
	var out bytes.Buffer
	history.write(&out)
	_, err = l.stdout.Write(out.Bytes())
	return err
}

// eventHistory is what log tells; its JSON is the output for programs.
type eventHistory struct {
	Format   int              `json:"format"`
	Event    string           `json:"event"`
	Versions []versionHistory `json:"versions"`
	// Reads says for each writer, in the order of Versions, which versions read its facts.
	Reads [][]bool `json:"reads"`
}

type versionHistory struct {
	Number   int          `json:"number"`
	Draft    bool         `json:"draft"`
	Released bool         `json:"released"`
	Since    *appearance  `json:"since,omitempty"`
	Changes  []jsonChange `json:"changes"`

	lines []string
}

func (l *logging) history(ctx context.Context, now *side, e *model.Event) (*eventHistory, error) {
	since, err := l.appearances(ctx, now, e)
	if err != nil {
		return nil, err
	}
	h := &eventHistory{Format: 1, Event: e.Wire, Reads: [][]bool{}}
	for i, v := range e.Versions {
		version := versionHistory{Number: v.Number, Draft: v.Draft, Released: isReleased(now.lock, v), Since: since[v.Number], Changes: []jsonChange{}}
		if i > 0 {
			version.between(e.Versions[i-1], v)
		}
		h.Versions = append(h.Versions, version)
		h.Reads = append(h.Reads, readersOf(now, v))
	}
	return h, nil
}

func (h *versionHistory) between(before, v *model.EventVersion) {
	var changes []compat.Change
	for _, j := range compat.Between(before, v, compat.Readers{}).Changes {
		changes = append(changes, j.Change)
		h.lines = append(h.lines, diffSign(j.Change)+" "+diffLine(j.Change))
	}
	h.Changes = diffReport(changes).Changes
}

func isReleased(l *lock.Lock, v *model.EventVersion) bool {
	return l != nil && l.Find(lock.Event, v.Event.Package.Name+"."+v.Event.Name+"@"+strconv.Itoa(v.Number)) != nil
}

// readersOf says which versions read what a version writes: newer ones through the upcasts, which resolving has seen to
// be whole, older ones as it is.
func readersOf(now *side, writer *model.EventVersion) []bool {
	var out []bool
	for _, reader := range writer.Event.Versions {
		reads := true
		if reader.Number < writer.Number {
			reads = compat.Between(reader, writer, compatOptions(now).Readers).Verdicts.Decoding.Forward
		} else {
			for n := writer.Number + 1; n <= reader.Number; n++ {
				reads = reads && !now.steps.Missing(writer.Event.Wire, n)
			}
		}
		out = append(out, reads)
	}
	return out
}

func (h *eventHistory) write(out *bytes.Buffer) {
	fmt.Fprintln(out, h.Event)
	for _, v := range h.Versions {
		fmt.Fprintf(out, "\nv%d%s%s\n", v.Number, v.status(), v.Since)
		for _, line := range v.lines {
			fmt.Fprintf(out, "  %s\n", line)
		}
	}
	h.writeMatrix(out)
}

func (v *versionHistory) status() string {
	switch {
	case v.Draft:
		return ", draft"
	case v.Released:
		return ", released"
	}
	return ", not released"
}

// writeMatrix has a row for each writer and a column for each reader.
func (h *eventHistory) writeMatrix(out *bytes.Buffer) {
	var width int
	for _, v := range h.Versions {
		width = max(width, len(strconv.Itoa(v.Number))+1)
	}
	out.WriteString("\nwho reads what  ")
	for _, v := range h.Versions {
		fmt.Fprintf(out, " %*s", max(width, 3), "v"+strconv.Itoa(v.Number))
	}
	out.WriteByte('\n')
	for i, v := range h.Versions {
		row := fmt.Sprintf("  facts of %-7s", "v"+strconv.Itoa(v.Number))
		for _, reads := range h.Reads[i] {
			row += fmt.Sprintf(" %*s", max(width, 3), map[bool]string{true: "yes", false: "no"}[reads])
		}
		fmt.Fprintln(out, strings.TrimRight(row, " "))
	}
}

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/evgen/evgen/schema/compat"
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/lock"
	"github.com/evgen/evgen/schema/model"
)

// differing is one `evgen diff`.
type differing struct {
	comparison
	format   choice
	exitCode bool
}

func diffCommand(inv *invocation) *cobra.Command {
	d := &differing{comparison: comparison{invocation: inv}, format: oneOf("text", "json", "markdown")}
	cmd := &cobra.Command{
		Use:   "diff [V1 V2 EVENT]",
		Short: "Say what changed in the schemas, without judging it",
		Long: `Diff lists what differs between today's schemas and evgen.lock, or another place:
events, versions, fields, types, constraints. With two versions and an event it
lists what differs between those. Whether it matters is for evgen check to say.

Exit status: 0, also when something differs, unless --exit-code is given; 2 when
evgen could not do its job.`,
		Example: `  evgen diff
  evgen diff --against git:main
  evgen diff 1 2 OrderPlaced
  evgen diff --against git:merge-base --exit-code --format json`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 0 && len(args) != 3 {
				return fmt.Errorf("diff takes no arguments, or two versions and an event; see %s --help", cmd.CommandPath())
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return d.run(cmd.Context(), args) },
	}
	d.addPlaces(cmd)
	cmd.Flags().Var(&d.format, "format", "print text, json or markdown")
	mustComplete(cmd, "format", d.format.complete)
	cmd.Flags().BoolVar(&d.exitCode, "exit-code", false, "exit 1 when something differs")
	return cmd
}

func (d *differing) run(ctx context.Context, args []string) error {
	changes, err := d.changes(ctx, args)
	if err != nil {
		return err
	}
	if err := d.print(changes); err != nil {
		return err
	}
	if d.exitCode && len(changes) > 0 {
		return errFindings
	}
	return nil
}

func (d *differing) changes(ctx context.Context, args []string) ([]compat.Change, error) {
	if len(args) == 3 {
		return d.betweenVersions(ctx, args[0], args[1], args[2])
	}
	both, err := d.read(ctx)
	if err != nil {
		return nil, err
	}
	if err := d.comparable(both); err != nil {
		return nil, err
	}
	if err := d.usable(both.now); err != nil {
		return nil, err
	}
	if both.then == nil {
		return nil, fmt.Errorf("there is no %s to compare with; name a place with --against, or run `evgen release`", lock.FileName)
	}
	return compat.Diff(both.then.model, both.now.model), nil
}

// usable refuses schemas of today that have no meaning, and shows why.
func (c *comparison) usable(now *side) error {
	if now.model != nil {
		return nil
	}
	if err := (diag.Text{Palette: c.palette(c.stderr)}).Print(c.stderr, now.faults()); err != nil {
		return err
	}
	return errors.New("the schemas have errors")
}

func (d *differing) betweenVersions(ctx context.Context, from, to, name string) ([]compat.Change, error) {
	if d.against != "" {
		return nil, errors.New("--against and two versions do not go together: the versions are those of today's schemas")
	}
	now, err := d.readToday(ctx)
	if err != nil {
		return nil, err
	}
	if err := d.usable(now); err != nil {
		return nil, err
	}
	event, err := findEvent(now.model, name)
	if err != nil {
		return nil, err
	}
	older, err := findVersion(event, from)
	if err != nil {
		return nil, err
	}
	newer, err := findVersion(event, to)
	if err != nil {
		return nil, err
	}
	var changes []compat.Change
	for _, j := range compat.Between(older, newer, compat.Readers{}).Changes {
		changes = append(changes, j.Change)
	}
	return changes, nil
}

// findEvent returns the only event of a name, which may be written with its package, or as its wire type.
func findEvent(m *model.Model, name string) (*model.Event, error) {
	var found []*model.Event
	var names []string
	for _, p := range m.Packages {
		for _, e := range p.Events {
			names = append(names, e.Name, p.Name+"."+e.Name)
			if name == e.Name || name == p.Name+"."+e.Name || name == e.Wire {
				found = append(found, e)
			}
		}
	}
	switch len(found) {
	case 0:
		return nil, fmt.Errorf("there is no event %q%s", name, diag.DidYouMean(name, names))
	case 1:
		return found[0], nil
	default:
		return nil, fmt.Errorf("%d packages have an event %q; write the package with it: %s.%s", len(found), name, found[0].Package.Name, name)
	}
}

func findVersion(e *model.Event, word string) (*model.EventVersion, error) {
	number, err := strconv.Atoi(strings.TrimPrefix(word, "v"))
	if err != nil {
		return nil, fmt.Errorf("%q is no version; write a number, as in: evgen diff 1 2 %s", word, e.Name)
	}
	if v := e.Version(number); v != nil {
		return v, nil
	}
	first, last := e.Versions[0].Number, e.Versions[len(e.Versions)-1].Number
	return nil, fmt.Errorf("%s has no version %d; it has %d to %d", e.Name, number, first, last)
}

func (d *differing) print(changes []compat.Change) error {
	var out bytes.Buffer
	switch d.format.value {
	case "json":
		return writeJSON(d.stdout, diffReport(changes))
	case "markdown":
		diffMarkdown(&out, changes)
	default:
		diffText(&out, changes)
	}
	_, err := d.stdout.Write(out.Bytes())
	return err
}

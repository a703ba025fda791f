package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/evgen/evgen/cmd/evgen/internal/operate"
	"github.com/evgen/evgen/cmd/evgen/internal/operate/audit"
	"github.com/evgen/evgen/cmd/evgen/internal/operate/meter"
	"github.com/evgen/evgen/cmd/evgen/internal/operate/table"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/schema/config"
)

// storeVerifying is one `evgen store verify`.
type storeVerifying struct {
	*operation
	today     comparison
	noSchemas bool
}

func storeVerifyCommand(o *operation) *cobra.Command {
	v := &storeVerifying{operation: o, today: comparison{invocation: o.invocation}}
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Look whether all events of a store are whole and can be read",
		Long: `Verify reads every event: positions ascend, versions of each stream have no hole,
ids are unique, payloads are JSON. Where there is an evgen.yaml, or --schemas names
a directory of schemas, every payload is also decoded as the version that it was
stored as, and every step from there to the newest version must be declared. Steps
that are written in Go are not run; they are listed.

It takes 24 bytes of memory for each event, and shows no payload.

Exit status: 1 when something is wrong; 2 when evgen could not do its job.`,
		Example: `  evgen store verify --store events.db
  evgen store verify --schemas schema --json
  evgen store verify --no-schemas --store postgres://app@db/shop`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return v.withStore(cmd.Context(), v.run) },
	}
	cmd.Flags().BoolVar(&v.json, "json", false, "print JSON for programs")
	cmd.Flags().StringVar(&v.today.schemas, "schemas", "", "decode by the schemas in `DIR` instead of those of the module")
	cmd.Flags().BoolVar(&v.noSchemas, "no-schemas", false, "do not decode payloads")
	cmd.MarkFlagsMutuallyExclusive("schemas", "no-schemas")
	return cmd
}

func (v *storeVerifying) run(ctx context.Context, store operate.Store) error {
	schema, err := v.readSchema(ctx)
	if err != nil {
		return err
	}
	result, err := v.read(ctx, store, schema)
	if err != nil {
		return err
	}
	if v.json {
		if err := writeJSON(v.stdout, result); err != nil {
			return err
		}
	} else if err := v.print(result); err != nil {
		return err
	}
	if len(result.Problems) > 0 {
		return errFindings
	}
	return nil
}

// readSchema reads the schemas to decode by, nil if there are none.
func (v *storeVerifying) readSchema(ctx context.Context) (*audit.Schema, error) {
	if v.noSchemas {
		return nil, nil
	}
	dir, err := v.workDir()
	if err != nil {
		return nil, err
	}
	if v.today.schemas == "" && !hasSettings(dir) {
		return nil, nil
	}
	now, err := v.today.readToday(ctx)
	if err != nil {
		return nil, err
	}
	if err := v.today.usable(now); err != nil {
		return nil, err
	}
	return audit.NewSchema(now.model, now.steps.Missing), nil
}

// hasSettings reports whether dir or a directory above has an evgen.yaml.
func hasSettings(dir string) bool {
	for ; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, config.FileName)); err == nil {
			return true
		}
		if dir == filepath.Dir(dir) {
			return false
		}
	}
}

// read takes in all events of the store.
func (v *storeVerifying) read(ctx context.Context, store operate.Store, schema *audit.Schema) (*audit.Result, error) {
	head, _, err := store.Head(ctx)
	if err != nil {
		return nil, err
	}
	progress := v.meter("verify")
	defer progress.Done()
	auditor, first := audit.New(schema), runtime.Position(0)
	err = auditAll(ctx, store, auditor, first, head, progress)
	var gap *runtime.RetentionGapError
	if errors.As(err, &gap) && auditor.Events() == 0 {
		auditor, first = audit.NewOfRest(schema), gap.FirstKept-1
		err = auditAll(ctx, store, auditor, first, head, progress)
	}
	if err != nil {
		return nil, fmt.Errorf("%w (%s events were verified before)", err, table.Number(auditor.Events()))
	}
	return auditor.Finish(), nil
}

func auditAll(ctx context.Context, store runtime.Reader, auditor *audit.Auditor, after, head runtime.Position, progress *meter.Meter) error {
	for rec, err := range store.ReadAll(ctx, after, runtime.Filter{}) {
		if err != nil {
			return err
		}
		auditor.Add(&rec)
		progress.Show(auditor.Events(), share(rec.Position-after, head-after))
	}
	return nil
}

// share is how much of all is done, -1 if that cannot be known.
func share[T ~int64](done, all T) float64 {
	if all <= 0 {
		return -1
	}
	return float64(done) / float64(all)
}

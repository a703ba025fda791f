package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/evgen/evgen/schema/importer/jsonschema"
)

// importing is one `evgen import jsonschema`.
type importing struct {
	*invocation
	report  reporter
	pkg     string
	event   string
	out     string
	root    string
	formats choice
	strict  bool
	force   bool
}

func importJSONSchemaCommand(inv *invocation) *cobra.Command {
	im := &importing{invocation: inv, report: newReporter(inv), formats: oneOf("exact", "trust", "annotate")}
	cmd := &cobra.Command{
		Use:   "jsonschema FILE|DIR|-...",
		Short: "Import JSON Schemas, drafts 04 to 2020-12",
		Long: `Import jsonschema turns JSON Schemas, as JSON or YAML, into schema files of evgen.
Files that are versions of one event (created/1.0.0.json, created/1.1.0.json)
become its versions, with the upcast rules that follow from them.

Directories are read whole (*.json, *.yaml, *.yml); - reads one schema from
standard input. References between files are followed below the current
directory, or below --root; nothing is read from the network.

Every payload that is valid against an imported schema can be read and written
again. What the schema says beyond that and evgen cannot keep is listed, loss by
loss, on standard error.

--formats says how far "format" is believed: exact uses types that keep every
valid text as it was written, trust all types that evgen has, annotate none.

Exit status: 1 when a file cannot be imported (then nothing is written), or with
--strict when something was lost; 2 when evgen could not do its job.`,
		Example: `  evgen import jsonschema events/*.json
  evgen import jsonschema schemas/ --package billing
  curl -s https://example.com/push.json | evgen import jsonschema - --out -
  evgen import jsonschema schemas/ --strict --out schema/billing.yaml`,
		RunE: func(_ *cobra.Command, args []string) error { return im.run(args) },
	}
	flags := cmd.Flags()
	flags.StringVar(&im.pkg, "package", "events", "`NAME` of the schema package")
	flags.StringVar(&im.event, "event", "", "`NAME` of the event, where one is imported (default: its title, $id or file)")
	flags.StringVarP(&im.out, "out", "o", "", "one `FILE` for everything, a DIR/, or - for standard output (default: the module's schema directory)")
	flags.StringVar(&im.root, "root", "", "`DIR` that references may reach (default: the current directory)")
	flags.Var(&im.formats, "formats", "`LEVEL` of belief in the keyword \"format\": exact, trust or annotate")
	flags.BoolVar(&im.strict, "strict", false, "exit 1 when something is lost")
	flags.BoolVar(&im.force, "force", false, "replace files that are there already")
	mustComplete(cmd, "formats", im.formats.complete)
	im.report.addFlag(cmd)
	return cmd
}

func (im *importing) run(args []string) error {
	dir, err := im.workDir()
	if err != nil {
		return err
	}
	if im.out == "-" && !im.report.isText() {
		return errors.New("--out - and --format both want standard output; name a file with --out")
	}
	found, err := im.inputs(dir, args)
	if err != nil {
		return err
	}
	result, err := im.convert(found)
	if err != nil {
		return err
	}
	if err := im.write(dir, result); err != nil {
		return err
	}
	if im.strict && len(result.Losses) > 0 {
		return errFindings
	}
	return nil
}

// convert imports, and prints what there is to say about it.
func (im *importing) convert(found *importInputs) (jsonschema.Result, error) {
	defer found.close()
	levels := map[string]jsonschema.Formats{"exact": jsonschema.Exact, "trust": jsonschema.Trust, "annotate": jsonschema.Annotate}
	done := im.showProgress("importing")
	result, rep := jsonschema.Import(found.files, jsonschema.Options{
		Package: im.pkg,
		Event:   im.event,
		Loader:  found.loader,
		Formats: levels[im.formats.value],
	})
	done()
	if !im.report.isText() {
		rep.Add(lossFindings(result.Losses)...)
	}
	if err := im.report.print(rep); err != nil {
		return result, err
	}
	if rep.HasErrors() {
		return result, errFindings
	}
	if !im.report.isText() {
		return result, nil
	}
	return result, errors.Join(printLosses(im.stderr, result.Losses), printGuesses(im.stderr, result.Guesses))
}

// write brings the documents to where they belong, and says what they hold.
func (im *importing) write(dir string, result jsonschema.Result) error {
	files, err := im.targets(dir, result.Documents)
	if err != nil {
		return err
	}
	if im.out == "-" {
		_, err := im.stdout.Write(files[0].content)
		return err
	}
	if err := im.refuseExisting(dir, files); err != nil {
		return err
	}
	said := im.stdout
	if !im.report.isText() {
		said = io.Discard
	}
	for _, f := range files {
		if err := replaceFile(f.path, f.content); err != nil {
			return err
		}
		fmt.Fprintf(said, "wrote %s\n", shorten(dir, f.path))
	}
	_, err = fmt.Fprintf(said, "evgen: %s\n", countImported(result.Events))
	return err
}

// refuseExisting protects files of people, all of them before the first is written.
func (im *importing) refuseExisting(dir string, files []imported) error {
	if im.force {
		return nil
	}
	for _, f := range files {
		if _, err := os.Lstat(f.path); err == nil {
			return fmt.Errorf("%s is there already; --force replaces it, --out chooses another place", shorten(dir, f.path))
		}
	}
	return nil
}

// countImported sums up: "3 events in 5 versions; of 120 fields 2 hold plain json".
func countImported(events []jsonschema.Imported) string {
	names := map[string]bool{}
	fields, raw := 0, 0
	for _, e := range events {
		names[e.Event] = true
		fields += e.Fields
		raw += e.JSON
	}
	return fmt.Sprintf("%d %s in %d %s; of %d %s %d hold plain json", len(names), plural(len(names), "event"),
		len(events), plural(len(events), "version"), fields, plural(fields, "field"), raw)
}

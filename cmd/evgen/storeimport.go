package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/evgen/evgen/cmd/evgen/internal/operate"
	"github.com/evgen/evgen/cmd/evgen/internal/operate/meter"
	"github.com/evgen/evgen/cmd/evgen/internal/operate/table"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/archive"
)

// storeImporting is one `evgen store import`.
type storeImporting struct {
	*operation
	dryRun bool
}

func storeImportCommand(o *operation) *cobra.Command {
	i := &storeImporting{operation: o}
	cmd := &cobra.Command{
		Use:   "import FILE...",
		Short: "Append events from files of JSON lines",
		Long: `Import appends the events of files in the form of evgen store export, compressed or
not, in the order of their lines; - is standard input. Ids, times, causes and
payloads are kept; positions and versions of streams are given anew.

Events whose id and content are in the store already are skipped: an import that
broke off is run again, and goes on where it ended. A line that is not a whole event
ends the import and is named by its number: nothing of it is written, and nothing
behind it, since the events of its stream would take its place. What came before it
may be stored. --dry-run reads everything, names every such line, and writes
nothing.

Exit status: 1 when lines are broken; 2 when evgen could not do its job.`,
		Example: `  evgen store import shop.jsonl.gz --store events.db
  evgen store import --dry-run *.jsonl
  evgen store export --store events.db | evgen store import - --store postgres://app@db/shop`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fmt.Errorf("import needs files, or - for standard input; see %s --help", cmd.CommandPath())
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return i.run(cmd.Context(), args) },
	}
	cmd.Flags().BoolVar(&i.dryRun, "dry-run", false, "only look for lines that are broken")
	return cmd
}

func (i *storeImporting) run(ctx context.Context, names []string) error {
	files, err := i.open(names)
	if err != nil {
		return err
	}
	defer files.close()
	if i.dryRun {
		return i.look(files)
	}
	return i.withStore(ctx, func(ctx context.Context, store operate.Store) error { return i.write(ctx, store, files) })
}

// write imports what the files hold.
func (i *storeImporting) write(ctx context.Context, store operate.Store, files *importFiles) error {
	ctx, stop := untilInterrupted(ctx)
	defer stop()
	progress := i.meter("import")
	done, err := store.Import(ctx, files.records(progress))
	progress.Done()
	fmt.Fprintf(i.stderr, "evgen: imported %s events, %s were there already\n", table.Number(done.Events), table.Number(done.Duplicates))
	var broken *archive.LineError
	switch {
	case errors.As(err, &broken):
		fmt.Fprintf(i.stderr, "evgen: %v; mend the line and run the import again\n", broken)
		return errFindings
	case errors.Is(err, context.Canceled):
		return errors.New("interrupted; run the import again to go on")
	}
	return err
}

// look names all lines that are broken.
func (i *storeImporting) look(files *importFiles) error {
	progress := i.meter("read")
	good, broken := 0, 0
	for _, err := range files.records(progress) {
		var line *archive.LineError
		switch {
		case err == nil:
			good++
		case errors.As(err, &line):
			broken++
			fmt.Fprintf(i.stderr, "evgen: %v\n", line)
		default:
			return err
		}
	}
	progress.Done()
	fmt.Fprintf(i.stderr, "evgen: %s events are whole, %s lines are broken; nothing was written\n", table.Number(good), table.Number(broken))
	if broken > 0 {
		return errFindings
	}
	return nil
}

// importFiles are the files of an import, all open, so that a name that is wrong is found before anything is written.
type importFiles struct {
	files []*importFile
	size  int64 // of all; 0 if one has none that is known
	read  int64
}

type importFile struct {
	name string
	io.ReadCloser
}

func (i *storeImporting) open(names []string) (*importFiles, error) {
	dir, err := i.workDir()
	if err != nil {
		return nil, err
	}
	files, sized := &importFiles{}, true
	for _, name := range names {
		if name == "-" {
			files.files, sized = append(files.files, &importFile{"standard input", io.NopCloser(i.stdin)}), false
			continue
		}
		f, err := os.Open(i.resolve(dir, name))
		if err != nil {
			files.close()
			return nil, fmt.Errorf("import: %w", err)
		}
		info, err := f.Stat()
		files.files, sized = append(files.files, &importFile{name, f}), sized && err == nil && info.Mode().IsRegular()
		if sized {
			files.size += info.Size()
		}
	}
	if !sized {
		files.size = 0
	}
	return files, nil
}

func (f *importFiles) close() {
	for _, file := range f.files {
		_ = file.Close() // was only read
	}
}

// records yields what the files hold, one after the other.
func (f *importFiles) records(progress *meter.Meter) iter.Seq2[runtime.Record, error] {
	return func(yield func(runtime.Record, error) bool) {
		events, now := int64(0), time.Now()
		for _, file := range f.files {
			for rec, err := range archive.Read(file.name, &counted{file, &f.read}, now) {
				if !yield(rec, err) {
					return
				}
				events++
				progress.Show(events, share(f.read, f.size))
			}
		}
	}
}

// counted counts what is read.
type counted struct {
	io.Reader
	bytes *int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	*c.bytes += int64(n)
	return n, err
}

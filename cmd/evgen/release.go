package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/lint/finding"
	"github.com/evgen/evgen/schema/lock"
)

// releasing is one `evgen release`.
type releasing struct {
	*checking
	dryRun bool
}

func releaseCommand(inv *invocation) *cobra.Command {
	r := &releasing{checking: newChecking(inv)}
	cmd := &cobra.Command{
		Use:   "release",
		Short: "Note in evgen.lock which versions are released",
		Long: `Release adds to evgen.lock every version of an event that is neither a draft nor
in it, with its shape and a sample payload. From then on evgen check and evgen
generate refuse when such a version differs, and the generated tests read the
samples: what was written then is read for ever.

It only adds: entries that are there stay as they are, byte for byte. While evgen
check has errors it writes nothing.

Exit status: 1 when evgen check has errors; 2 when evgen could not do its job.`,
		Example: `  evgen release
  evgen release --dry-run         say what would be added, write nothing`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return r.run(cmd.Context()) },
	}
	cmd.Flags().BoolVar(&r.dryRun, "dry-run", false, "say what would be added, write nothing")
	cmd.Flags().StringVar(&r.baseline, "baseline", "", "pass over findings that `FILE` accepts")
	r.report.addFlag(cmd)
	return cmd
}

func (r *releasing) run(ctx context.Context) error {
	dir, err := r.workDir()
	if err != nil {
		return err
	}
	root, _, err := r.today(dir)
	if err != nil {
		return err
	}
	defer r.lock(root)() // another release must not read the lock that this one is about to replace
	found, err := r.look(ctx)
	if err != nil {
		return err
	}
	if err := r.refuse(found); err != nil {
		return err
	}
	next, added := lock.Release(found.now.lock, found.now.model)
	if !r.dryRun && (len(added) > 0 || !found.now.lock.IsGuarded()) {
		if err := r.write(found, next); err != nil {
			return err
		}
	}
	return r.tell(added)
}

// refuse prints what stands against a release.
func (r *releasing) refuse(found *verdict) error {
	var against []diag.Diagnostic
	for _, d := range finding.Diagnostics(found.findings) {
		if d.Severity == diag.Error {
			against = append(against, d)
		}
	}
	if len(against) == 0 && r.report.isText() {
		return nil
	}
	printer, w := r.printer()
	if err := printer.Print(w, against); err != nil || len(against) == 0 {
		return err
	}
	if r.report.isText() {
		fmt.Fprintf(r.stderr, "evgen: %d %s, nothing was released\n", len(against), plural(len(against), "error"))
	}
	return errFindings
}

// write replaces the lock, unless it is no longer the one that was read.
func (r *releasing) write(found *verdict, next *lock.Lock) error {
	name := filepath.Join(found.root, lock.FileName)
	text, err := os.ReadFile(name)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("read %s: %w", lock.FileName, err)
	}
	if string(text) != string(found.now.lockText) {
		return fmt.Errorf("write %s: it changed while evgen was at work; run `evgen release` again", lock.FileName)
	}
	if changed := changedSince(found.root, found.now); changed != "" {
		return fmt.Errorf("release %s: it changed while evgen was at work; run `evgen release` again", changed)
	}
	return replaceFile(name, next.Bytes())
}

// changedSince names a schema file on disk that is no longer the one that was read, or "".
func changedSince(root string, s *side) string {
	for _, f := range s.files {
		text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(f.Name)))
		if err != nil || !bytes.Equal(text, f.Bytes) {
			return f.Name
		}
	}
	return ""
}

func (r *releasing) tell(added []*lock.Entry) error {
	if !r.report.isText() {
		return nil
	}
	verb := "released"
	if r.dryRun {
		verb = "would be released"
	}
	for _, e := range added {
		if what := described(e); what != "" {
			fmt.Fprintf(r.stdout, "%s %s\n", what, verb)
		}
	}
	if len(added) == 0 {
		fmt.Fprintf(r.stdout, "%s has every version that is not a draft\n", lock.FileName)
		return nil
	}
	if r.dryRun {
		return nil
	}
	_, err := fmt.Fprintf(r.stdout, "commit %s; `%s` in .gitattributes lets git merge it\n", lock.FileName, lock.Attributes)
	return err
}

// described is what an entry is, for people. A type goes with the event that needs it.
func described(e *lock.Entry) string {
	switch e.Kind {
	case lock.Event:
		return e.ID()
	case lock.Into:
		return "what becomes of " + e.ID()
	case lock.Name:
		return e.Wire + ", a name of " + e.ID() + ","
	default:
		return ""
	}
}

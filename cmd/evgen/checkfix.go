package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/evgen/evgen/schema/compat/fix"
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/source"
)

// mend applies the safe fixes, one a file in each round, until there is none left. It returns what is found afterwards.
func (c *checking) mend(ctx context.Context, found *verdict) (*verdict, error) {
	done := map[string]bool{}
	for {
		fixes := newFixes(found, done)
		if len(fixes) == 0 {
			return found, nil
		}
		for _, f := range fixes {
			if err := c.apply(found.root, f); err != nil {
				return nil, err
			}
		}
		var err error
		if found, err = c.look(ctx); err != nil {
			return nil, err
		}
	}
}

// offers says which fixes mend a diagnostic, for forms that show them: each is what --fix does to the file.
func offers(found *verdict) func(diag.Diagnostic) []diag.Fix {
	type key struct {
		rule, message string
		at            source.Span
	}
	out := map[key][]diag.Fix{}
	for _, f := range fixesOf(found) {
		offer := diag.Fix{Message: f.Title, Edits: []diag.Edit{f.Edit()}}
		for _, x := range found.findings {
			if f.Mends(x.Rule, x.Element) {
				k := key{x.Rule, x.Message, x.Span}
				out[k] = append(out[k], offer)
			}
		}
	}
	return func(d diag.Diagnostic) []diag.Fix { return out[key{d.Rule, d.Message, d.Span}] }
}

// nameWhatIsLeft says in the help of findings which edits of released versions --fix does not take back, and why.
func (v *verdict) nameWhatIsLeft() {
	_, left := fix.Fixes(v.result)
	for _, l := range left {
		for i := range v.findings {
			f := &v.findings[i]
			if f.Severity == diag.Error && f.Help != "" && (f.Element == l.Element || strings.HasPrefix(f.Element, l.Element+".")) {
				f.Help += "; --fix leaves it to you: " + l.Reason
			}
		}
	}
}

// fixesOf are the fixes of files of today.
func fixesOf(found *verdict) []fix.Fix {
	if found.result == nil {
		return nil
	}
	fixes, _ := fix.Fixes(found.result)
	return slices.DeleteFunc(fixes, func(f fix.Fix) bool { return !slices.Contains(found.now.files, f.File) })
}

// newFixes are the first fix of each file that was not made before.
func newFixes(found *verdict, done map[string]bool) []fix.Fix {
	var out []fix.Fix
	busy := map[string]bool{}
	for _, f := range fixesOf(found) {
		key := f.File.Name + "\x00" + f.Title
		if done[key] || busy[f.File.Name] {
			continue
		}
		done[key], busy[f.File.Name] = true, true
		out = append(out, f)
	}
	return out
}

// apply writes a fix, unless the file is no longer the one that was read.
func (c *checking) apply(root string, f fix.Fix) error {
	name := filepath.Join(root, filepath.FromSlash(f.File.Name))
	text, err := os.ReadFile(name)
	if err != nil {
		return fmt.Errorf("mend %s: %w", f.File.Name, err)
	}
	if !bytes.Equal(text, f.File.Bytes) {
		return fmt.Errorf("mend %s: it changed while evgen was at work; run evgen check --fix again", f.File.Name)
	}
	if err := replaceFile(name, f.Bytes); err != nil {
		return err
	}
	fmt.Fprintf(c.stderr, "%s: mended: %s\n", f.File.Name, f.Title)
	return nil
}

// mendable refuses flags that --fix does not go with.
func (c *checking) mendable() error {
	switch {
	case !c.fix:
		return nil
	case c.staged:
		return errors.New("--fix and --staged do not go together: files on disk can be mended, the index cannot; run `evgen check --fix` and stage the result")
	case c.writeBaseline != "":
		return errors.New("--fix and --write-baseline do not go together; mend first, then accept what is left")
	}
	return nil
}

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/evgen/evgen/schema/compat/fix"
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

// newFixes are the first fix of each file that was not made before.
func newFixes(found *verdict, done map[string]bool) []fix.Fix {
	if found.result == nil {
		return nil
	}
	var out []fix.Fix
	busy := map[string]bool{}
	for _, f := range fix.Fixes(found.result) {
		key := f.File.Name + "\x00" + f.Title
		if done[key] || busy[f.File.Name] || !slices.Contains(found.now.files, f.File) {
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

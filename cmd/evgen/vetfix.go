package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/evgen/evgen/cmd/evgen/internal/govet"
)

// mendRounds bounds how often fixes are applied and packages are vetted again: a fix may make room for another one.
const mendRounds = 5

// mend applies the fixes of findings that nobody accepted, until there is none left. It returns what is found afterwards.
func (v *vetting) mend(ctx context.Context, found *vetted) (*vetted, error) {
	for range mendRounds {
		left, err := v.accepted(ctx, found)
		if err != nil {
			return nil, err
		}
		var raw []govet.Finding
		for _, f := range left {
			if r := found.rawOf(f.Diagnostic); r != nil {
				raw = append(raw, *r)
			}
		}
		mended, err := found.files.Mend(raw)
		if err != nil {
			return nil, err
		}
		if len(mended) == 0 {
			return found, nil
		}
		if err := v.write(found.by.Dir, mended); err != nil {
			return nil, err
		}
		if found, err = v.look(ctx, found.by.Dir, found.patterns); err != nil {
			return nil, err
		}
		if !found.isWhole() { // all was in order before
			return nil, restore(mended)
		}
	}
	return found, nil
}

// restore takes back what was mended last.
func restore(mended []govet.Mended) error {
	for _, m := range mended {
		if err := replaceFile(m.File, m.Old); err != nil {
			return err
		}
	}
	return errors.New("what --fix changed last was taken back, since it does not compile: that is a fault of evgen, please report it")
}

func (v *vetting) write(dir string, mended []govet.Mended) error {
	for _, m := range mended {
		if err := replaceFile(m.File, m.Text); err != nil {
			return err
		}
		name, err := filepath.Rel(dir, m.File)
		if err != nil {
			name = m.File
		}
		for _, fix := range m.Fixes {
			fmt.Fprintf(v.stderr, "%s: mended: %s\n", filepath.ToSlash(name), fix)
		}
	}
	return nil
}

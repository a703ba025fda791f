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
func (v *vetting) mend(ctx context.Context, dir string, patterns []string, found *vetted) (*vetted, error) {
	for range mendRounds {
		left, err := v.accepted(dir, found.findings)
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
		if err := v.write(dir, mended); err != nil {
			return nil, err
		}
		if found, err = v.look(ctx, dir, patterns); err != nil {
			return found, errors.Join(err, restore(mended))
		}
	}
	return found, nil
}

// restore takes back what was mended last: all was in order before, and now it is not.
func restore(mended []govet.Mended) error {
	for _, m := range mended {
		if err := replaceFile(m.File, m.Old); err != nil {
			return err
		}
	}
	return errors.New("what --fix changed last was taken back; that it does not compile is a fault of evgen, please report it")
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

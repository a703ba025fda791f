package govet

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
)

// listed is a package as go list tells of it.
type listed struct {
	ImportPath, Dir string
	Deps            []string
	Error           *fault
	DepsErrors      []*fault
}

type fault struct{ Pos, Err string }

// Packages are the import paths of the packages that patterns match.
func (c Command) Packages(ctx context.Context, patterns []string) ([]string, error) {
	all, err := c.list(ctx, patterns)
	var out []string
	for _, p := range all {
		out = append(out, p.ImportPath)
	}
	return out, err
}

func (c Command) list(ctx context.Context, patterns []string) ([]listed, error) {
	text, err := c.run(ctx, append([]string{"list", "-e", "-json=ImportPath,Dir,Deps,Error,DepsErrors", "--"}, patterns...))
	if err != nil {
		return nil, fmt.Errorf("list packages: %w", err)
	}
	var out []listed
	for d := json.NewDecoder(split(text, "").objects); ; {
		var p listed
		switch err := d.Decode(&p); {
		case errors.Is(err, io.EOF):
			return out, nil
		case err != nil:
			return nil, fmt.Errorf("list packages: read what go list prints: %w", err)
		}
		out = append(out, p)
	}
}

// partly makes the best of a run of go vet that has failed.
func (c Command) partly(ctx context.Context, patterns []string, out *output) (*Result, error) {
	all, err := c.list(ctx, patterns)
	if ctx.Err() != nil {
		return nil, err
	}
	if err != nil || len(all) == 0 {
		return nil, errors.New("nothing was judged: " + strings.Join(out.lines(), "; "))
	}
	var r Result
	var sound []string
	for _, p := range all {
		if reason := p.unloadable(); reason != "" {
			r.NotJudged = append(r.NotJudged, NotJudged{p.ImportPath, reason})
			continue
		}
		sound = append(sound, p.ImportPath)
	}
	if len(sound) < len(all) {
		if len(sound) == 0 {
			return &r, nil
		}
		if out, err = c.vet(ctx, sound); err != nil {
			return nil, err
		}
	}
	if r.Findings, err = decode(out.objects); err != nil {
		return nil, err
	}
	r.Said = out.lines()
	r.NotJudged = append(r.NotJudged, c.uncompiled(all, out.complaints)...)
	if len(r.NotJudged) == 0 {
		return nil, errors.New("nothing was judged: go vet failed: " + strings.Join(r.Said, "; "))
	}
	slices.SortStableFunc(r.NotJudged, func(a, b NotJudged) int { return strings.Compare(a.Package, b.Package) })
	return &r, nil
}

// unloadable is why go vet does not even begin with a package, "" if it does.
func (p *listed) unloadable() string {
	f := p.Error
	if f == nil && len(p.DepsErrors) > 0 {
		f = p.DepsErrors[0]
	}
	if f == nil {
		return ""
	}
	text := strings.Join(strings.Fields(f.Err), " ")
	if f.Pos != "" {
		return f.Pos + ": " + text
	}
	return cmp.Or(text, "it cannot be loaded")
}

// uncompiled are the packages of which go vet complains, and those that need them.
func (c Command) uncompiled(all []listed, complaints []complaint) []NotJudged {
	var out []NotJudged
	failed := c.blamed(all, complaints)
	for _, p := range all {
		if reason, ok := failed[p.ImportPath]; ok {
			out = append(out, NotJudged{p.ImportPath, reason})
			continue
		}
		i := slices.IndexFunc(p.Deps, func(dep string) bool { return failed[dep] == compileFailed })
		if i >= 0 && p.unloadable() == "" {
			out = append(out, NotJudged{p.ImportPath, "it needs " + p.Deps[i] + ", which does not compile"})
		}
	}
	return out
}

const compileFailed, testsFailed = "it does not compile", "its tests do not compile"

// blamed are the packages of which go vet complains, and why. Where only tests are broken, others can still import the
// package.
func (c Command) blamed(all []listed, complaints []complaint) map[string]string {
	out := map[string]string{}
	for _, blame := range complaints {
		name := c.packageOf(all, blame)
		switch {
		case name == "":
		case !strings.Contains(blame.Text, "_test.go:"):
			out[name] = compileFailed
		case out[name] == "":
			out[name] = testsFailed
		}
	}
	return out
}

// packageOf is the package that a complaint is about: the one that it names, or that whose tests it names, or the one with
// the file that it begins with.
func (c Command) packageOf(all []listed, blame complaint) string {
	file, _, _ := strings.Cut(blame.Text, ".go:")
	if !filepath.IsAbs(file) {
		file = filepath.Join(c.Dir, file)
	}
	for _, is := range []func(p listed) bool{
		func(p listed) bool { return p.ImportPath == blame.Of },
		func(p listed) bool { return p.ImportPath+"_test" == blame.Of },
		func(p listed) bool { return blame.Of == "" && p.Dir != "" && p.Dir == filepath.Dir(file) },
	} {
		if i := slices.IndexFunc(all, is); i >= 0 {
			return all[i].ImportPath
		}
	}
	return blame.Of
}

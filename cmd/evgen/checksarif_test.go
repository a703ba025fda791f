package main

import (
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/evgen/evgen/schema/source"
)

const (
	compatFixtures = "../../golden/compat"
	sarifSchema    = "../../schema/diag/testdata/sarif-schema-2.1.0.json"
)

// compared is a module whose schemas are the current ones of a fixture; the previous ones are in another directory.
func compared(t *testing.T, fixture string) *session {
	t.Helper()
	s := newSession(t, nil)
	for from, to := range map[string]string{"previous": "before", "current": "schema"} {
		if err := os.CopyFS(s.path(to), os.DirFS(filepath.Join(fixture, from))); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func fixtureDirs(t *testing.T) []string {
	t.Helper()
	dirs, err := filepath.Glob(compatFixtures + "/*/previous")
	if err != nil || len(dirs) < 100 {
		t.Fatalf("%d fixtures: %v", len(dirs), err)
	}
	for i := range dirs {
		dirs[i] = filepath.Dir(dirs[i])
	}
	return dirs
}

// sarifLog is what a tool needs to apply fixes.
type sarifLog struct {
	Runs []struct {
		Results []struct {
			Fixes []struct {
				ArtifactChanges []struct {
					ArtifactLocation struct{ URI string }
					Replacements     []replacement
				}
			}
		}
	}
}

type replacement struct {
	DeletedRegion   struct{ StartLine, StartColumn, EndLine, EndColumn int }
	InsertedContent struct{ Text string }
}

// applied is the schema files after each replacement of a log, the last one of a file first.
func (s *session) applied(log sarifLog) map[string]string {
	byFile := map[string][]replacement{}
	for _, r := range log.Runs[0].Results {
		for _, f := range r.Fixes {
			for _, c := range f.ArtifactChanges {
				for _, x := range c.Replacements {
					if uri := c.ArtifactLocation.URI; !slices.Contains(byFile[uri], x) {
						byFile[uri] = append(byFile[uri], x)
					}
				}
			}
		}
	}
	out := s.schemas()
	for uri, replacements := range byFile {
		text := source.NewFile(uri, []byte(out[uri]))
		slices.SortStableFunc(replacements, func(a, b replacement) int { return b.DeletedRegion.StartLine - a.DeletedRegion.StartLine })
		for _, x := range replacements {
			d := x.DeletedRegion
			start, end := text.Offset(d.StartLine, d.StartColumn), text.Offset(d.EndLine, d.EndColumn)
			out[uri] = out[uri][:start] + x.InsertedContent.Text + out[uri][end:]
		}
	}
	return out
}

// schemas are the schema files of the module.
func (s *session) schemas() map[string]string {
	out := map[string]string{}
	names, _ := filepath.Glob(s.path("schema/*.yaml"))
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			s.Fatal(err)
		}
		out["schema/"+filepath.Base(name)] = string(text)
	}
	return out
}

// TestReplacementsInSARIFAreWhatFixDoes: a tool that applies the fixes of a log gets the files that --fix writes, byte for
// byte, and every log is one by the standard.
func TestReplacementsInSARIFAreWhatFixDoes(t *testing.T) {
	mended := 0
	for _, dir := range fixtureDirs(t) {
		if compared(t, dir).mendedBoth() {
			mended++
		}
	}
	if mended < 50 {
		t.Errorf("only %d fixtures were mended", mended)
	}
}

func TestReplacementsOfOneFileDoNotMeet(t *testing.T) {
	const before = "package: shop\nevents:\n" +
		"  Placed:\n    versions:\n      1:\n        fields: {id: uuid}\n" +
		"  Paid:\n    versions:\n      1:\n        fields: {id: uuid}   # für ü\n"
	s := newSession(t, map[string]string{"before/shop.yaml": before, "schema/shop.yaml": strings.ReplaceAll(before, "id: uuid", "id: uuid, note: string?")})
	if !s.mendedBoth() {
		t.Error("nothing was mended")
	}
}

// mendedBoth compares what a tool makes of the log with what --fix does, and reports whether that is anything.
func (s *session) mendedBoth() bool {
	s.Helper()
	standard, err := jsonschema.Compile(sarifSchema)
	if err != nil {
		s.Fatal(err)
	}
	s.evgen("check", "--against", "before", "--format", "sarif")
	var whole any
	var log sarifLog
	if err := errors.Join(json.Unmarshal(s.stdout.Bytes(), &whole), json.Unmarshal(s.stdout.Bytes(), &log)); err != nil {
		s.Fatalf("%v, %s", err, s.stderr.String())
	}
	if err := standard.Validate(whole); err != nil {
		s.Errorf("%#v", err)
	}
	before, want := s.schemas(), s.applied(log)
	s.evgen("check", "--against", "before", "--fix")
	if diff := cmp.Diff(want, s.schemas()); diff != "" {
		s.Errorf("(-replacements +fix):\n%s", diff)
	}
	return !maps.Equal(before, want)
}

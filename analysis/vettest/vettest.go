// Package vettest runs analyzers under the real go vet, on packages of this module, and compares what they find with
// what the code expects.
//
// The binary of the test is the tool that go vet starts: [Main] makes it one. So facts travel through files between
// packages that are compiled one by one, dependencies come from export data, and the build cache works, as for users.
//
// Code expects a finding by a comment at the end of the line, a regular expression in backquotes or quotes for each:
//
//	event.Data.Tags[0] = "x" // want `write to an event`
package vettest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/unitchecker"

	"github.com/evgen/evgen/analysis/rule"
)

// Main is what TestMain of a package calls. It runs the tests, or the analyzers if go vet has started the binary.
func Main(m *testing.M, analyzers ...*analysis.Analyzer) {
	if calledByVet() {
		unitchecker.Main(analyzers...)
	}
	os.Exit(m.Run())
}

func calledByVet() bool {
	for _, arg := range os.Args[1:] {
		if arg == "-V=full" || arg == "-flags" || strings.HasSuffix(arg, ".cfg") {
			return true
		}
	}
	return false
}

// Finding is what an analyzer has reported.
type Finding struct {
	Analyzer string
	File     string // absolute
	Line     int
	Message  string
	Fixes    []Fix
	Related  []string // "file.go:12: message", without the directory
}

// Fix is a suggested change.
type Fix struct {
	Message string
	Edits   []Edit
}

// Edit replaces the bytes from Start to End of a file.
type Edit struct {
	Filename   string
	Start, End int
	New        string
}

// Vet runs the analyzers that were given to Main on packages, named as for go list, relative to the package under test.
func Vet(t *testing.T, patterns ...string) []Finding {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	args := append([]string{"vet", "-vettool=" + exe, "-json"}, patterns...)
	out, err := exec.Command("go", args...).CombinedOutput()
	if err != nil {
		t.Fatalf("go vet %s: %v\n%s", patterns, err, out)
	}
	return parse(t, out)
}

// parse reads what go vet -json prints: an object for each package, and comments between them.
func parse(t *testing.T, out []byte) []Finding {
	t.Helper()
	lines := slices.DeleteFunc(bytes.Split(out, []byte("\n")), func(l []byte) bool { return bytes.HasPrefix(l, []byte("#")) })
	d := json.NewDecoder(bytes.NewReader(bytes.Join(lines, []byte("\n"))))
	var all []Finding
	for d.More() {
		var packages map[string]map[string]json.RawMessage
		if err := d.Decode(&packages); err != nil {
			t.Fatalf("what go vet prints: %v\n%s", err, out)
		}
		for _, analyzers := range packages {
			for name, raw := range analyzers {
				all = append(all, findings(t, name, raw)...)
			}
		}
	}
	slices.SortFunc(all, func(a, b Finding) int {
		return strings.Compare(fmt.Sprintf("%s:%06d:%s", a.File, a.Line, a.Message), fmt.Sprintf("%s:%06d:%s", b.File, b.Line, b.Message))
	})
	// A package and its test variant are two units of compilation with the same files.
	return slices.CompactFunc(all, func(a, b Finding) bool {
		return a.Analyzer == b.Analyzer && a.File == b.File && a.Line == b.Line && a.Message == b.Message
	})
}

func findings(t *testing.T, analyzer string, raw json.RawMessage) []Finding {
	t.Helper()
	var list []struct {
		Posn, Message  string
		Category       string
		SuggestedFixes []Fix `json:"suggested_fixes"`
		Related        []struct{ Posn, Message string }
	}
	if err := json.Unmarshal(raw, &list); err != nil {
		t.Fatalf("%s: %v: %s", analyzer, err, raw)
	}
	var out []Finding
	for _, d := range list {
		parts := strings.Split(d.Posn, ":")
		line, err := strconv.Atoi(parts[1])
		if err != nil {
			t.Fatalf("%s: %v", d.Posn, err)
		}
		f := Finding{Analyzer: analyzer, File: parts[0], Line: line, Message: rule.Unnamed(d.Message, d.Category), Fixes: d.SuggestedFixes}
		for _, r := range d.Related {
			at := filepath.Base(r.Posn)
			f.Related = append(f.Related, at[:strings.LastIndex(at, ":")]+": "+r.Message)
		}
		out = append(out, f)
	}
	return out
}

var (
	wanted = regexp.MustCompile("// want (.*)$")
	quoted = regexp.MustCompile("`[^`]*`|\"(?:[^\"\\\\]|\\\\.)*\"")
)

// Run vets packages below testdata and fails where findings differ from what the files of their directories want. It
// returns the findings. Directories are relative to the package under test: testdata/bad.
func Run(t *testing.T, dirs ...string) []Finding {
	t.Helper()
	var patterns []string
	wants := map[string][]string{}
	for _, dir := range dirs {
		patterns = append(patterns, "./"+dir)
		read(t, dir, wants)
	}
	found := Vet(t, patterns...)
	for _, f := range found {
		at := fmt.Sprintf("%s:%d", f.File, f.Line)
		i := slices.IndexFunc(wants[at], func(want string) bool {
			return regexp.MustCompile(want).MatchString(f.Message)
		})
		if i < 0 {
			t.Errorf("%s: nobody wants: %s: %s", at, f.Analyzer, f.Message)
			continue
		}
		wants[at] = slices.Delete(wants[at], i, i+1)
	}
	for at, left := range wants {
		for _, want := range left {
			t.Errorf("%s: not found: %s", at, want)
		}
	}
	return found
}

// read notes what the files of a directory want.
func read(t *testing.T, dir string, wants map[string][]string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s has no Go files (%v)", dir, err)
	}
	for _, file := range files {
		abs, err := filepath.Abs(file)
		if err != nil {
			t.Fatal(err)
		}
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(src), "\n") {
			if m := wanted.FindStringSubmatch(line); m != nil {
				at := fmt.Sprintf("%s:%d", abs, i+1)
				wants[at] = append(wants[at], unquote(t, m[1])...)
			}
		}
	}
}

func unquote(t *testing.T, list string) []string {
	t.Helper()
	var out []string
	for _, q := range quoted.FindAllString(list, -1) {
		s, err := strconv.Unquote(q)
		if err != nil {
			t.Fatalf("%s: %v", q, err)
		}
		out = append(out, s)
	}
	return out
}

package lock_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/evgen/evgen/schema/compat"
	"github.com/evgen/evgen/schema/compat/reading"
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/load"
	"github.com/evgen/evgen/schema/lock"
	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/resolve"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax"
)

const twoVersions = `package: memory
types:
  Origin: {enum: [tool, document], doc: Where it came from.}
  Source:
    versions:
      1: {fields: {origin: Origin}}
      2:
        fields: {origin: Origin, uri: uri?}
aggregates:
  Memory: {id: uuid}
events:
  Created:
    aggregate: Memory
    versions:
      1: {fields: {content: {type: string, max_length: 80}, source: Source@1}}
      2:
        fields: {text: {type: string, max_length: 80}, source: Source@2, lang: {type: string, default: en}}
        upcast: {text: {from: content}}
  Moved:
    key: place.name
    versions:
      1: {fields: {place: Place}}
  Made:
    key: who
    versions: {1: {fields: {what: string, who: string, at: timestamp}}}
    upcast: {into: [Remade: {text: {from: what}}], drop: [who, at]}
  Remade: {was: [Old, Older], versions: {1: {fields: {text: string}}}}
`

const place = `package: memory
types:
  Place: {fields: {name: string, by: map<list<Place>>?}}
`

func modelOf(t testing.TB, texts ...string) *model.Model {
	t.Helper()
	rep := &diag.Report{}
	var docs []*syntax.Document
	for i, text := range texts {
		docs = append(docs, syntax.Parse(source.NewFile(fmt.Sprintf("schema/%d.yaml", i), []byte(text)), rep))
	}
	return resolved(t, docs, rep)
}

func resolved(t testing.TB, docs []*syntax.Document, rep *diag.Report) *model.Model {
	t.Helper()
	m := resolve.Resolve(docs, rep)
	for _, d := range rep.Sorted() {
		t.Errorf("%v: %s: %s", d.Span.Position(), d.Rule, d.Message)
	}
	if m == nil {
		t.FailNow()
	}
	return m
}

func released(t testing.TB, m *model.Model) *lock.Lock {
	t.Helper()
	l, _ := lock.Release(nil, m)
	read, err := lock.Read(l.Bytes())
	if err != nil {
		t.Fatalf("what was written does not read: %v\n%s", err, l.Bytes())
	}
	if !bytes.Equal(read.Bytes(), l.Bytes()) {
		t.Fatal("reading and writing changes the file")
	}
	return read
}

// TestLocksBecomeTheModelsTheyWereMadeOf, for every schema that this repository has.
func TestLocksBecomeTheModelsTheyWereMadeOf(t *testing.T) {
	roots := []string{"../../golden/memory/schema", "../../golden/language/schema", "../../examples/memory/schema"}
	fixtures, err := filepath.Glob("../../golden/compat/*/*")
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, dir := range append(roots, fixtures...) {
		if info, err := os.Stat(dir); err != nil || !info.IsDir() || strings.HasSuffix(dir, "upcaster-missing/current") {
			continue // the last does not resolve, which is what it shows
		}
		checked++
		rep := &diag.Report{}
		docs, err := load.Load(os.DirFS(dir), []string{"."}, rep)
		if err != nil {
			t.Fatal(err)
		}
		checkRoundTrip(t, dir, resolved(t, docs, rep))
	}
	if checked < 200 {
		t.Errorf("only %d schemas tried", checked)
	}
}

func checkRoundTrip(t *testing.T, dir string, m *model.Model) {
	t.Helper()
	l := released(t, m)
	found, err := lock.Check(l, m)
	if err != nil || len(found) > 0 {
		t.Errorf("%s: check: %v %v", dir, err, found)
	}
	back, err := l.Model()
	if err != nil {
		t.Errorf("%s: %v\n%s", dir, err, l.Bytes())
		return
	}
	for _, c := range compat.Diff(back, m) {
		if r := ruleOf(c.Kind); r.ChangesShape() && c.From > 0 && c.From == c.To {
			t.Errorf("%s: %s %s@%d: %s: %q to %q", dir, c.Kind, c.Element, c.To, c.Path, c.Old.Text, c.New.Text)
		}
	}
}

func ruleOf(k compat.Kind) *compat.Rule {
	for _, r := range compat.Table() {
		if r.Kind() == k {
			return r
		}
	}
	return nil
}

func TestReleaseAddsWhatIsNewAndRewritesNothing(t *testing.T) {
	l, added := lock.Release(nil, modelOf(t, twoVersions, place))
	if got := ids(added); got != "event memory.Created@1, event memory.Created@2, event memory.Made@1, into memory.Made@1, event memory.Moved@1, type memory.Origin@1, type memory.Place@1, event memory.Remade@1, name memory.Remade@1, name memory.Remade@1, type memory.Source@1, type memory.Source@2" {
		t.Errorf("added %s", got)
	}
	if _, again := lock.Release(l, modelOf(t, twoVersions, place)); len(again) > 0 {
		t.Errorf("a second release adds %s", ids(again))
	}
	before := string(l.Bytes())
	edited := strings.Replace(twoVersions, "max_length: 80}, source: Source@1", "max_length: 90}, source: Source@1", 1)
	more := edited + "  Forgotten: {versions: {1: {fields: {why: string}}, 2: {draft: true, fields: {why: string?}}}}\n"
	next, added := lock.Release(l, modelOf(t, more, place))
	if got := ids(added); got != "event memory.Forgotten@1" {
		t.Errorf("added %s", got)
	}
	for line := range strings.Lines(before) {
		if !strings.Contains(string(next.Bytes()), line) {
			t.Errorf("the line is gone: %s", line)
		}
	}
}

func ids(entries []*lock.Entry) string {
	var out []string
	for _, e := range entries {
		out = append(out, string(e.Kind)+" "+e.ID())
	}
	return strings.Join(out, ", ")
}

func TestSamplesDecode(t *testing.T) {
	m := modelOf(t, twoVersions, place)
	l := released(t, m)
	for _, e := range m.Packages[0].Events {
		for _, v := range e.Versions {
			entry := l.Find(lock.Event, fmt.Sprintf("memory.%s@%d", e.Name, v.Number))
			if _, err := reading.NewDecoder(v.Struct).Decode(entry.Sample); err != nil {
				t.Errorf("%s: %v", entry.ID(), err)
			}
		}
	}
}

func TestCheckFindsEdits(t *testing.T) {
	l := released(t, modelOf(t, twoVersions, place))
	cases := map[string]struct{ old, new, want, at string }{
		"field":       {"default: en}", "default: en}, more: string?", "released-version-edited", "17:109"},
		"constraint":  {"max_length: 80}, source: Source@1", "max_length: 9}, source: Source@1", "released-version-edited", "15:44"},
		"shared type": {"uri: uri?", "uri: uri?, x: string?", "released-version-edited", "17:56"},
		"enum":        {"enum: [tool, document]", "enum: [tool]", "released-version-edited", "15:61"},
		"upcast":      {"upcast: {text: {from: content}}", "upcast: {text: {value: x}, drop: [content]}", "released-version-edited", "18:9"},
		"id":          {"id: uuid", "id: int64", "released-version-edited", "10:3"},
		"draft":       {"1: {fields: {place: Place}}", "1: {draft: true, fields: {place: Place}}", "released-version-removed", "22:7"},
		"name":        {"  Moved:", "  Shifted:", "released-version-removed", "1:10"},
		"into":        {"{text: {from: what}}], drop: [who, at]", "{text: {from: who}}], drop: [what, at]", "released-version-edited", "23:3"},
		"no into":     {"    upcast: {into: [Remade: {text: {from: what}}], drop: [who, at]}\n", "", "released-version-edited", "23:3"},
		"former name": {"was: [Old, Older]", "was: [Old]", "released-version-removed", "27:3"},
		"doc":         {"Where it came from.", "Its origin.", "", ""},
		"retired":     {"  Moved:", "  Moved:\n    retired: true", "", ""},
		"was":         {"  Moved:", "  Shifted:\n    was: Moved", "", ""},
		"new version": {"  Moved:", "  Extra: {versions: {1: {fields: {a: string}}}}\n  Moved:", "", ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(twoVersions, c.old) {
				t.Fatalf("nothing to edit: %s", c.old)
			}
			found, err := lock.Check(l, modelOf(t, strings.Replace(twoVersions, c.old, c.new, 1), place))
			if err != nil {
				t.Fatal(err)
			}
			if c.want == "" {
				if len(found) > 0 {
					t.Errorf("found %s: %s", found[0].Rule, found[0].Message)
				}
				return
			}
			if len(found) == 0 || found[0].Rule != c.want {
				t.Fatalf("found %v, want %s", found, c.want)
			}
			p := found[0].Span.Position()
			if at := fmt.Sprintf("%d:%d", p.Line, p.Column); at != c.at || p.File != "schema/0.yaml" {
				t.Errorf("at %s:%s, want %s: %s", p.File, at, c.at, found[0].Message)
			}
			if was := found[0].Related[0].Span.Position(); was.File != lock.FileName {
				t.Errorf("the release is said to stand in %s", was.File)
			}
		})
	}
}

func TestPlacesAreThoseInTheLock(t *testing.T) {
	l := released(t, modelOf(t, twoVersions, place))
	m, err := l.Model()
	if err != nil {
		t.Fatal(err)
	}
	f := m.Packages[0].Events[0].Version(2).Struct.Fields[0]
	line := f.Span.File.Line(f.Span.Position().Line)
	if !strings.HasPrefix(line, "memory.Created@2|") || line[f.Span.Position().Column-1:][:4] != "text" {
		t.Errorf("field text of v2 stands in %q, column %d", line, f.Span.Position().Column)
	}
}

func TestBrokenLocksAreRefused(t *testing.T) {
	good := string(released(t, modelOf(t, twoVersions, place)).Bytes())
	other := string(released(t, modelOf(t, strings.Replace(twoVersions, "default: en", "default: de", 1), place)).Bytes())
	half := len(good) / 2
	cases := map[string]struct {
		text  string
		fault lock.Fault
		line  int
	}{
		"empty":          {"", lock.NotALock, 1},
		"something else": {"package: memory\n", lock.NotALock, 1},
		"newer":          {strings.Replace(good, "format 2", "format 3", 1), lock.NewerFormat, 1},
		"no format":      {strings.Replace(good, "format 2", "format 0", 1), lock.NotALock, 1},
		"no entries":     {good[:strings.Index(good, "\n")+1], lock.Truncated, 0},
		"batch edited":   {strings.Replace(good, " + event", " + type", 1), lock.Edited, 0},
		"markers":        {strings.Replace(good, "memory.Created@2 event", "<<<<<<< HEAD\nmemory.Created@2 event", 1), lock.MergeConflict, 0},
		"edited":         {strings.Replace(good, "max_length: 80", "max_length: 81", 1), lock.Edited, 2},
		"sample edited":  {strings.Replace(good, `"lang":`, `"long":`, 1), lock.Edited, 0},
		"cut":            {good[:half], lock.Truncated, 0},
		"two releases":   {good + strings.SplitN(other, "\n", 2)[1], lock.TwoReleases, 0},
		"garbage":        {good + "what is this?\n", lock.Malformed, 0},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := lock.Read([]byte(c.text))
			var fault *lock.Error
			if !errors.As(err, &fault) || fault.Fault != c.fault {
				t.Fatalf("got %v, want %v", err, c.fault)
			}
			if c.line > 0 && fault.Line != c.line {
				t.Errorf("line %d, want %d", fault.Line, c.line)
			}
		})
	}
}

// TestLocksCutAnywhereAreRefused, also between two entries.
func TestLocksCutAnywhereAreRefused(t *testing.T) {
	text := released(t, modelOf(t, twoVersions, place)).Bytes()
	for n := range text {
		if _, err := lock.Read(text[:n]); err == nil {
			t.Fatalf("cut at byte %d, and read", n)
		}
	}
}

func TestMissingEntriesAreFoundWhenTheModelIsMade(t *testing.T) {
	l := released(t, modelOf(t, twoVersions, place))
	for i, e := range l.Entries {
		if e.Kind != lock.Type || e.Name != "Place" {
			continue
		}
		without := &lock.Lock{Entries: append(append([]*lock.Entry(nil), l.Entries[:i]...), l.Entries[i+1:]...)}
		_, err := without.Model()
		var fault *lock.Error
		if !errors.As(err, &fault) || fault.Fault != lock.DoesNotResolve {
			t.Errorf("got %v", err)
		}
	}
}

func TestTypesMayGetVersionsLater(t *testing.T) {
	before := "package: p\ntypes: {Source: {fields: {uri: uri}}}\nevents:\n  A: {versions: {1: {fields: {s: list<Source>}}}}\n"
	after := "package: p\ntypes:\n  Source: {versions: {1: {fields: {uri: uri}}, 2: {fields: {uri: uri, x: string?}}}}\nevents:\n  A: {versions: {1: {fields: {s: list<Source@1>}}, 2: {fields: {s: list<Source@2>}}}}\n"
	l, _ := lock.Release(released(t, modelOf(t, before)), modelOf(t, after))
	if found, err := lock.Check(l, modelOf(t, after)); err != nil || len(found) > 0 {
		t.Errorf("check: %v %v", err, found)
	}
	if _, err := l.Model(); err != nil {
		t.Error(err)
	}
}

func FuzzRead(f *testing.F) {
	l, _ := lock.Release(nil, modelOf(f, twoVersions, place))
	f.Add(l.Bytes())
	f.Fuzz(func(t *testing.T, text []byte) {
		l, err := lock.Read(text)
		if err != nil {
			return
		}
		if again, err := lock.Read(l.Bytes()); err != nil || len(again.Entries) != len(l.Entries) {
			t.Fatalf("what was read does not read again: %v", err)
		}
		_, _ = l.Model() // whatever digests say, it must not panic
	})
}

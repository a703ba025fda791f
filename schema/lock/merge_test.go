package lock_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/evgen/evgen/schema/lock"
)

// TestGitMergesReleasesOfTwoBranches: what two branches release comes together without a conflict, at one place of the
// file too, and the result is a lock.
func TestGitMergesReleasesOfTwoBranches(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Fatal("this test needs git")
	}
	base := "package: shop\nevents:\n  Middle: {versions: {1: {fields: {a: string}}}}\n"
	event := func(name string) string { return "  " + name + ": {versions: {1: {fields: {a: string, b: int64?}}}}\n" }
	cases := map[string]struct{ ours, theirs string }{
		"different places": {"Alpha", "Zulu"},
		"one place":        {"Nadir", "Nimbus"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			r := newRepo(t)
			before, _ := lock.Release(nil, modelOf(t, base))
			r.commit("base", before)
			r.git("checkout", "-q", "-b", "theirs")
			theirs, _ := lock.Release(before, modelOf(t, base+event(c.theirs)))
			r.commit("theirs", theirs)
			r.git("checkout", "-q", "main")
			ours, _ := lock.Release(before, modelOf(t, base+event(c.ours)))
			r.commit("ours", ours)
			r.git("merge", "-q", "-m", "merge", "theirs")
			merged, err := lock.Read(r.read())
			if err != nil {
				t.Fatalf("%v\n%s", err, r.read())
			}
			both := modelOf(t, base+event(c.ours)+event(c.theirs))
			if found, err := lock.Check(merged, both); err != nil || len(found) > 0 || len(merged.Entries) != 3 {
				t.Errorf("%d entries, %v, %v", len(merged.Entries), found, err)
			}
			next, _ := lock.Release(merged, modelOf(t, base+event(c.ours)+event(c.theirs)+event("Later")))
			if last := next.Batches[len(next.Batches)-1]; len(next.Batches) != 4 || len(last.After) != 2 {
				t.Errorf("%d batches, and the last comes after %v", len(next.Batches), last.After)
			}
			if _, err := lock.Read(next.Bytes()); err != nil {
				t.Errorf("the release after the merge: %v", err)
			}
		})
	}
}

// TestGitMergesTwoFirstReleasesOfTheNewFormat: both branches took over the entries of the first format.
func TestGitMergesTwoFirstReleasesOfTheNewFormat(t *testing.T) {
	base := "package: memory\nevents:\n  Middle: {versions: {1: {fields: {a: string}}}}\n"
	with := func(name string) string {
		return base + "  " + name + ": {was: Former" + name + ", versions: {1: {fields: {a: string}}}}\n"
	}
	r := newRepo(t)
	r.commitText("base", formatOne(released(t, modelOf(t, base))))
	before, err := lock.Read(r.read())
	if err != nil {
		t.Fatal(err)
	}
	r.git("checkout", "-q", "-b", "theirs")
	theirs, _ := lock.Release(before, modelOf(t, with("Nadir")))
	r.commit("theirs", theirs)
	r.git("checkout", "-q", "main")
	ours, _ := lock.Release(before, modelOf(t, with("Nimbus")))
	r.commit("ours", ours)
	r.git("merge", "-q", "-m", "merge", "theirs")
	merged, err := lock.Read(r.read())
	if err != nil {
		t.Fatalf("%v\n%s", err, r.read())
	}
	if len(merged.Entries) != 5 || len(merged.Batches) != 2 || !merged.IsGuarded() {
		t.Errorf("%s, %d batches", ids(merged.Entries), len(merged.Batches))
	}
	if lost := append(lock.Lost(ours, merged), lock.Lost(theirs, merged)...); len(lost) > 0 {
		t.Errorf("the merge lost %s", ids(lost))
	}
}

type repo struct {
	t   *testing.T
	dir string
}

func newRepo(t *testing.T) repo {
	r := repo{t, t.TempDir()}
	r.git("init", "-q", "-b", "main")
	if err := os.WriteFile(filepath.Join(r.dir, ".gitattributes"), []byte(lock.Attributes+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	return r
}

func (r repo) git(args ...string) {
	r.t.Helper()
	cmd := exec.Command("git", append([]string{"-c", "user.name=t", "-c", "user.email=t@example.com"}, args...)...)
	cmd.Dir = r.dir
	if out, err := cmd.CombinedOutput(); err != nil {
		r.t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

func (r repo) commit(message string, l *lock.Lock) {
	r.t.Helper()
	r.commitText(message, string(l.Bytes()))
}

func (r repo) commitText(message, text string) {
	r.t.Helper()
	if err := os.WriteFile(filepath.Join(r.dir, lock.FileName), []byte(text), 0o644); err != nil {
		r.t.Fatal(err)
	}
	r.git("add", "-A")
	r.git("commit", "-q", "-m", message)
}

func (r repo) read() []byte {
	r.t.Helper()
	b, err := os.ReadFile(filepath.Join(r.dir, lock.FileName))
	if err != nil {
		r.t.Fatal(err)
	}
	return b
}

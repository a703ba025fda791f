package main

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// spoilers are what may become of a file while it is read. They find it gone.
var spoilers = map[string]func(t testing.TB, name string, content []byte){
	"removed":               func(testing.TB, string, []byte) {},
	"emptied":               func(t testing.TB, name string, _ []byte) { put(t, name, nil) },
	"truncated":             func(t testing.TB, name string, content []byte) { put(t, name, content[:2*len(content)/3]) },
	"replaced by directory": func(t testing.TB, name string, _ []byte) { noError(t, os.Mkdir(name, 0o755)) },
	"unreadable":            func(t testing.TB, name string, _ []byte) { noError(t, os.Symlink(filepath.Base(name), name)) }, // for root, too
}

func put(t testing.TB, name string, content []byte) { noError(t, os.WriteFile(name, content, 0o644)) }

func noError(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
}

// TestFilesThatGoWhileTheyAreReadAreNamed: whatever becomes of a file, and whenever, evgen finishes as if nothing had
// been, or says which file it is and leaves everything as it was.
func TestFilesThatGoWhileTheyAreReadAreNamed(t *testing.T) {
	for _, file := range []string{"schema/b.yaml", "evgen.lock"} {
		for how, spoil := range spoilers {
			t.Run(file+" "+how, func(t *testing.T) {
				s := releasedSession(t)
				before := s.content("events", "evgen.lock")
				text, err := os.ReadFile(s.path(file))
				noError(t, err)
				for _, args := range [][]string{{"check"}, {"generate", "--no-cache"}, {"release"}} {
					for range 8 {
						stop := s.keepSpoiling(s.path(file), text, spoil)
						status := s.evgen(args...)
						stop()
						s.checkOutcome(args[0], file, status)
						if after := s.content("events", "evgen.lock"); after != before {
							t.Fatalf("%s rewrote something, exit status %d: %s", args[0], status, s.stderr.String())
						}
					}
				}
			})
		}
	}
}

// releasedSession is a module in a repository, with everything released, generated and committed.
func releasedSession(t *testing.T) *session {
	s := newSession(t, map[string]string{"schema/a.yaml": event("Sent", "a: string"), "schema/b.yaml": event("Seen", "a: string")})
	for _, args := range [][]string{{"release"}, {"generate"}} {
		if status := s.evgen(args...); status != statusClean {
			t.Fatalf("evgen %s: %s", args[0], s.stderr.String())
		}
	}
	for _, args := range [][]string{{"init", "-q"}, {"add", "-A"}, {"-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-qm", "one"}} {
		cmd := exec.Command("git", args...)
		cmd.Dir = s.dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	return s
}

// keepSpoiling spoils a file and brings it back, again and again, until the returned function is called; then it is back.
func (s *session) keepSpoiling(name string, text []byte, spoil func(testing.TB, string, []byte)) (stop func()) {
	stopped, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			noError(s, os.RemoveAll(name))
			spoil(s, name, text)
			runtime.Gosched()
			noError(s, os.RemoveAll(name))
			put(s, name, text)
			select {
			case <-stopped:
				return
			default:
				runtime.Gosched()
			}
		}
	}()
	return func() { close(stopped); <-ended }
}

// checkOutcome demands that a run that failed says which file it could not read, and one that found something what.
func (s *session) checkOutcome(command, file string, status int) {
	s.Helper()
	said := s.stderr.String()
	switch {
	case status == statusClean:
	case strings.Contains(said, "internal error"):
		s.Fatalf("%s: %s", command, said)
	case status == statusFindings && !strings.Contains(said, "error["):
		s.Errorf("%s found something and does not say what: %q", command, said)
	case status == statusFailed && !strings.Contains(said, file) && !strings.Contains(said, "schema"):
		s.Errorf("%s does not name %s: %q", command, file, said)
	}
}

// content is a digest of files and directories of the module, names included.
func (s *session) content(names ...string) string {
	s.Helper()
	h := sha256.New()
	for _, name := range names {
		noError(s, filepath.WalkDir(s.path(name), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			text, err := os.ReadFile(path)
			fmt.Fprintf(h, "%s %d\n%s", path, len(text), text)
			return err
		}))
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

package main

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// watching is a running `evgen generate --watch`. What it says is read line by line, so that nothing has to wait for a time.
type watching struct {
	*session
	cmd   *exec.Cmd
	lines *bufio.Scanner
}

func startWatching(t *testing.T, s *session) *watching {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "generate", "--watch")
	cmd.Args[0] = "evgen" // TestMain runs the command of this name
	cmd.Dir = s.dir
	read, write := io.Pipe()
	cmd.Stdout, cmd.Stderr = write, write
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	return &watching{s, cmd, bufio.NewScanner(read)}
}

// waitFor reads until a line contains text.
func (w *watching) waitFor(text string) {
	w.Helper()
	for w.lines.Scan() {
		if strings.Contains(w.lines.Text(), text) {
			return
		}
	}
	w.Fatalf("it ended without saying %q", text)
}

// interrupt does what Ctrl-C does, and returns the exit status.
func (w *watching) interrupt() int {
	w.Helper()
	if err := w.cmd.Process.Signal(os.Interrupt); err != nil {
		w.Fatal(err)
	}
	_ = w.cmd.Wait() // the state says how it ended
	return w.cmd.ProcessState.ExitCode()
}

func TestWatchFollowsEveryWayToChangeASchema(t *testing.T) {
	s := newSession(t, map[string]string{"schema/a.yaml": event("Sent", "a: string")})
	w := startWatching(t, s)
	w.waitFor("files created")
	w.waitFor("watching")

	s.write("schema/a.yaml", event("Sent", "a: int64"))
	w.waitFor("updated")

	s.write("schema/a.yaml", event("Sent", "a: strng"))
	w.waitFor("unknown-type")

	s.write("saved", event("Sent", "a: bool"))
	if err := os.Rename(s.path("saved"), s.path("schema/a.yaml")); err != nil { // as editors save
		t.Fatal(err)
	}
	w.waitFor("updated")

	s.write("schema/new/b.yaml", strings.ReplaceAll(event("Sent", "a: bool"), "shop", "other"))
	w.waitFor("created")
	s.write("schema/new/b.yaml", strings.ReplaceAll(event("Sent", "a: string"), "shop", "other"))
	w.waitFor("updated")

	s.write("evgen.yaml", "out: gen\n")
	w.waitFor("created")

	if err := os.RemoveAll(s.path("schema")); err != nil {
		t.Fatal(err)
	}
	w.waitFor("no schema files")
	s.write("schema/a.yaml", event("Sent", "a: date"))
	w.waitFor("removed")

	if status := w.interrupt(); status != statusClean {
		t.Errorf("Ctrl-C ends with exit status %d", status)
	}
}

func TestWatchFollowsALinkedDirectory(t *testing.T) {
	s := newSession(t, map[string]string{"real/deep/a.yaml": event("Sent", "a: string")})
	if err := os.Symlink("real", s.path("schema")); err != nil {
		t.Fatal(err)
	}
	w := startWatching(t, s)
	w.waitFor("watching")
	s.write("real/deep/a.yaml", event("Sent", "a: int64"))
	w.waitFor("updated")
	s.write("real/b.yaml", strings.ReplaceAll(event("Sent", "a: bool"), "shop", "other"))
	w.waitFor("created")
	if status := w.interrupt(); status != statusClean {
		t.Errorf("Ctrl-C ends with exit status %d", status)
	}
}

func TestWatchNeedsAModule(t *testing.T) {
	s := newSession(t, nil)
	if err := os.Remove(s.path("go.mod")); err != nil {
		t.Fatal(err)
	}
	if status := s.evgen("generate", "--watch"); status != statusFailed {
		t.Errorf("exit status %d", status)
	}
}

package main

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// manyEvents is a schema that takes a while to write: each package is several files.
func manyEvents(packages int) map[string]string {
	files := map[string]string{}
	for i := range packages {
		files[fmt.Sprintf("schema/p%d.yaml", i)] = strings.Replace(event("Sent", "a: string"), "shop", fmt.Sprintf("p%d", i), 1)
	}
	return files
}

func TestCtrlCLeavesAllOrNothing(t *testing.T) {
	for name, moment := range map[string]func(s *session) bool{
		"at once":            func(*session) bool { return true },
		"at the first sight": func(s *session) bool { return exists(s.path("events")) },
		"in the middle":      func(s *session) bool { return exists(s.path("events/p20")) },
	} {
		t.Run(name, func(t *testing.T) {
			s := newSession(t, manyEvents(30))
			interruptWhen(t, s, moment)
			if left := temporaryFiles(t, s.dir); left != nil {
				t.Errorf("left behind: %v", left)
			}
			if exists(s.path("events")) {
				if status := s.evgen("generate", "--check", "--no-cache"); status != statusClean {
					t.Errorf("something is missing: %s", s.stderr.String())
				}
			}
		})
	}
}

// interruptWhen starts evgen and sends it what Ctrl-C sends, at the given moment or not at all when it is done before.
func interruptWhen(t *testing.T, s *session, moment func(*session) bool) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "generate")
	cmd.Args[0] = "evgen"
	cmd.Dir = s.dir
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = cmd.Wait() // being killed is one of the ways to end
	}()
	for !moment(s) {
		select {
		case <-ended:
			return
		default:
			runtime.Gosched()
		}
	}
	_ = cmd.Process.Signal(os.Interrupt) // it may just have ended
	<-ended
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

func temporaryFiles(t *testing.T, root string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(root, func(name string, _ fs.DirEntry, err error) error {
		if strings.HasPrefix(filepath.Base(name), ".evgen-") {
			found = append(found, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

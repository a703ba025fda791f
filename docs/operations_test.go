package docs

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestOperationsWorkAsWritten runs the commands of the page, in its order, beside
// a service that keeps the read models of the example.
func TestOperationsWorkAsWritten(t *testing.T) {
	bin := t.TempDir()
	for name, pkg := range map[string]string{"evgen": "./cmd/evgen", "memory": "./examples/memory"} {
		cmd := exec.Command("go", "build", "-buildvcs=false", "-o", filepath.Join(bin, name), pkg)
		cmd.Dir = root
		if output, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("build %s: %v\n%s", name, err, output)
		}
	}
	store := filepath.Join(t.TempDir(), "events.db")
	env := append(os.Environ(), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"), "EVGEN_STORE="+store, "MEMORY_STORE="+store, "NO_COLOR=1")
	shell(t, env, "memory remember 'Ada likes tea.'\nmemory recall tea\n")
	serve(t, filepath.Join(bin, "memory"), env)
	runs := 0
	for _, b := range blocks(t, "docs/operations.md") {
		if b.check == "operate" {
			runs++
			shell(t, env, b.text)
		}
	}
	if runs < 8 {
		t.Errorf("only %d blocks are run", runs)
	}
	shell(t, env, "evgen projections list --json | grep -q '\"version\":2,\"state\":\"live\"'\nmemory list | grep -q 'Ada likes tea'\n")
}

func shell(t *testing.T, env []string, script string) {
	t.Helper()
	cmd := exec.Command("sh", "-e", "-c", script)
	cmd.Env = env
	if output, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s%s", err, script, output)
	}
}

// serve runs a service until the test ends. Errors in its log fail the test.
func serve(t *testing.T, binary string, env []string) {
	t.Helper()
	var log strings.Builder
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, binary, "project")
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 20 * time.Second
	cmd.Env, cmd.Stderr = env, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = cmd.Wait() // its log says what went wrong
		if strings.Contains(log.String(), "level=ERROR") {
			t.Error(log.String())
		}
	})
}

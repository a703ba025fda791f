package main

import (
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/evgen/evgen/cmd/evgen/internal/govet"
)

var update = flag.Bool("update", false, "rewrite what scripts compare with; review the diff")

func TestMain(m *testing.M) {
	if govet.IsTool(os.Args[1:]) { // evgen vet lets go vet start this very binary
		govet.Tool(os.Args[1:])
	}
	testscript.Main(m, map[string]func(){"evgen": main})
}

// TestScripts plays testdata/script. Each script is a directory of files and a session in it.
func TestScripts(t *testing.T) {
	goEnv := readGoEnv(t)
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Vars = append(env.Vars, goEnv...)
			env.Setenv("HOME", filepath.Join(env.WorkDir, "home"))
			env.Setenv("XDG_CACHE_HOME", filepath.Join(env.WorkDir, ".cache"))
			env.Values["service"] = &service{}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":   exits,
			"module":  newModule,
			"lines":   countLines,
			"service": runService,
			"until":   until,
			"sagas":   playSagas,
		},
	})
}

// readGoEnv is the environment in which scripts can run the go command, without the network.
func readGoEnv(t *testing.T) []string {
	t.Helper()
	names := []string{"GOCACHE", "GOMODCACHE", "GOPROXY", "GOROOT"}
	out, err := exec.Command("go", append([]string{"env"}, names...)...).Output()
	if err != nil {
		t.Fatalf("go env: %v", err)
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	vars := []string{"EVGEN_REPO=" + root, "GOFLAGS=-buildvcs=false", "GONOSUMDB=*", "GONOSUMCHECK=1", "GOTOOLCHAIN=local", "NO_COLOR="}
	for i, value := range strings.Split(strings.TrimRight(string(out), "\n"), "\n") {
		vars = append(vars, names[i]+"="+value)
	}
	return vars
}

// exits runs a command and demands an exit status: exits 2 evgen generate.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits STATUS COMMAND ARG...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("run %s: %v", args[1], err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}

// newModule writes a go.mod that takes evgen from this tree: module example.com/shop.
func newModule(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: module PATH")
	}
	content := "module " + args[0] + "\n\ngo 1.24\n\nreplace github.com/evgen/evgen => " + ts.Getenv("EVGEN_REPO") + "\n"
	ts.Check(os.WriteFile(ts.MkAbs("go.mod"), []byte(content), 0o644))
}

// countLines demands a number of lines in a file or stream: lines 1 stderr.
func countLines(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: lines N FILE")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	if got := strings.Count(ts.ReadFile(args[1]), "\n"); got != want {
		ts.Fatalf("%s has %d lines, want %d:\n%s", args[1], got, want, ts.ReadFile(args[1]))
	}
}

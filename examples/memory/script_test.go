package main

import (
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/evgen/evgen/internal/pgtest"
)

func TestMain(m *testing.M) {
	testscript.Main(served{m}, map[string]func(){"memory": main})
}

// served are tests that share a server of PostgreSQL.
type served struct{ *testing.M }

func (s served) Run() int { return pgtest.Main(s.M) }

// TestScriptsOnFiles runs the program as people do, each command in a process of its own.
func TestScriptsOnFiles(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata/files", UpdateScripts: *update})
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script", UpdateScripts: *update,
		Setup: func(env *testscript.Env) error {
			env.Setenv(storeVariable, filepath.Join(env.WorkDir, "memory.db"))
			return nil
		},
	})
}

// TestScriptsOnPostgreSQL runs the same scripts, each on a database of its own.
func TestScriptsOnPostgreSQL(t *testing.T) {
	for _, dir := range []string{"testdata/script", "testdata/postgres"} {
		scripts, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
		if err != nil || len(scripts) == 0 {
			t.Fatalf("no scripts in %s: %v", dir, err)
		}
		for _, script := range scripts {
			t.Run(filepath.Base(dir), func(t *testing.T) {
				address := pgtest.Database(t)
				testscript.Run(t, testscript.Params{
					Files: []string{script},
					Setup: func(env *testscript.Env) error {
						env.Setenv(storeVariable, address)
						return nil
					},
				})
			})
		}
	}
}

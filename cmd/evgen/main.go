// Command evgen turns versioned events, declared in YAML, into typed Go.
//
// In: command-line arguments, the files of a Go module, and standard input for
// a few commands. Out: files in that module, text on standard output,
// complaints on standard error, and an exit status: 0 when all is well, 1 when
// there are findings, 2 when evgen could not do its job. It opens no network
// connection itself and never writes outside the module but for its cache.
package main

import (
	"os"

	"github.com/evgen/evgen/cmd/evgen/internal/govet"
)

func main() {
	if govet.IsTool(os.Args[1:]) {
		govet.Tool(os.Args[1:])
	}
	reportFileLimits()
	relaxCollector()
	os.Exit(run(process{
		args:   os.Args[1:],
		stdin:  os.Stdin,
		stdout: os.Stdout,
		stderr: os.Stderr,
		dir:    workingDir(),
		env:    os.Getenv,
	}))
}

// workingDir is the directory that relative paths refer to. Where it cannot be found out, "." still works for most.
func workingDir() string {
	dir, err := os.Getwd()
	if err != nil {
		return "."
	}
	return dir
}

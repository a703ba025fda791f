package goname

import (
	"go/build"
	"io"
	"strings"
)

// File returns the name, without its ending, of a Go file that has to be compiled
// everywhere. Of orders_linux it makes orders_linux_, since the go command leaves out
// orders_linux.go, and orders_linux.gen.go, on other systems, and takes orders_test.go
// for a test. No form of [Snake] ends in an underscore, so that no two become one.
func File(snake string) string {
	if strings.HasSuffix(snake, "_test") || !everywhere(snake+".go") {
		return snake + "_"
	}
	return snake
}

// everywhere asks the go command's own rules, on a system that there is not.
func everywhere(file string) bool {
	nowhere := build.Context{Compiler: "gc", GOOS: "nowhere", GOARCH: "nothing", OpenFile: func(string) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader("package p\n")), nil
	}}
	matches, err := nowhere.MatchFile("", file)
	return err == nil && matches
}

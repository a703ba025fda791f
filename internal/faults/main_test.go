package faults_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/evgen/evgen/internal/faults"
	"github.com/evgen/evgen/internal/pgtest"
)

func TestMain(m *testing.M) {
	role, argument := faults.Role()
	if role == "" {
		os.Exit(pgtest.Main(m))
	}
	if err := appendAndProject(argument); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

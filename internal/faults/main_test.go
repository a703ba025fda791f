package faults_test

import (
	"os"
	"testing"

	"github.com/evgen/evgen/internal/pgtest"
)

func TestMain(m *testing.M) {
	os.Exit(pgtest.Main(m))
}

package lostcause_test

import (
	"testing"

	"github.com/evgen/evgen/analysis/lostcause"
	"github.com/evgen/evgen/analysis/vettest"
)

func TestMain(m *testing.M) { vettest.Main(m, lostcause.Rule.Analyzer) }

func TestNewChainsInHandlersAreFound(t *testing.T) { vettest.Run(t, "testdata/bad", "testdata/good") }

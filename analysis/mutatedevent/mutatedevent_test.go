package mutatedevent_test

import (
	"testing"

	"github.com/evgen/evgen/analysis/mutatedevent"
	"github.com/evgen/evgen/analysis/vettest"
)

func TestMain(m *testing.M) { vettest.Main(m, mutatedevent.Rule.Analyzer) }

func TestWritesToEventsAreFound(t *testing.T) { vettest.Run(t, "testdata/bad", "testdata/good") }

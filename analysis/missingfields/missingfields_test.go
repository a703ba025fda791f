package missingfields_test

import (
	"testing"

	"github.com/evgen/evgen/analysis/missingfields"
	"github.com/evgen/evgen/analysis/vettest"
)

func TestMain(m *testing.M) { vettest.Main(m, missingfields.Rule.Analyzer) }

func TestEventsWithoutRequiredFieldsAreFound(t *testing.T) {
	vettest.Run(t, "testdata/bad", "testdata/good")
}

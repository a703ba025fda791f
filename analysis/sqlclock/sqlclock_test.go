package sqlclock_test

import (
	"testing"

	"github.com/evgen/evgen/analysis/sqlclock"
	"github.com/evgen/evgen/analysis/vettest"
)

func TestMain(m *testing.M) { vettest.Main(m, sqlclock.Rule.Analyzer) }

func TestTimeAndChanceInSQLAreFound(t *testing.T) { vettest.Run(t, "testdata/bad", "testdata/good") }

package role_test

import (
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/evgen/evgen/analysis/role"
	"github.com/evgen/evgen/analysis/vettest"
)

// players reports every player, so that fixtures can say where there is one.
var players = &analysis.Analyzer{
	Name: "players", Doc: "report players", Requires: []*analysis.Analyzer{role.Analyzer},
	Run: func(pass *analysis.Pass) (any, error) {
		for _, p := range role.Of(pass) {
			pass.Reportf(p.Pos, "%s %s", p.Role, p.Name)
		}
		return nil, nil
	},
}

func TestMain(m *testing.M) { vettest.Main(m, players) }

func TestPlayersAreFound(t *testing.T) {
	vettest.Run(t, "testdata/players", "testdata/elsewhere", "testdata/doubles")
}

func TestWhoMayCallTheWorld(t *testing.T) {
	for r, want := range map[role.Role]bool{
		role.Evolver: true, role.Upcaster: true, role.Projection: true, role.Reaction: true, role.Saga: false, role.Consumer: false,
	} {
		if r.Deterministic() != want {
			t.Errorf("%s: deterministic is %v", r, !want)
		}
	}
}

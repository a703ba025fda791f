// Judge is a tool of go vet that runs the rules of evgen vet on code that evgen did not generate. What plays a role there
// is said by hand:
//
//	go build -o judge ./vet/judge
//	go vet -vettool=$PWD/judge -evgenrole.mark=example.com/events.Projector=projection ./...
//
// It measures how often the rules blame code that is right; analysis/budget.md has what it finds in public modules.
package main

import (
	xanalysis "golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/unitchecker"

	"github.com/evgen/evgen/analysis"
	"github.com/evgen/evgen/analysis/role"
)

func main() {
	unitchecker.Main(append([]*xanalysis.Analyzer{role.Analyzer}, analysis.Analyzers()...)...)
}

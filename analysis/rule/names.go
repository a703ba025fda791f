package rule

import (
	"go/token"
)

// Names reports whether a name means, at a place, what is declared at another one: nothing between them declares a thing
// of the same name. What a fix writes has to mean what it says.
func (p *Pass) Names(name string, at, declared token.Pos) bool {
	scope := p.Pkg.Scope().Innermost(at)
	if scope == nil {
		return false
	}
	_, obj := scope.LookupParent(name, at)
	return obj != nil && obj.Pos() == declared
}

package jsonschema

import (
	"cmp"
	"slices"
)

// Loss is something that a schema says and the document does not.
type Loss struct {
	File    string // name of the input, or of the file that it refers to
	Pointer string // JSON Pointer to the schema
	Keyword string // the keyword of that schema which is not kept
	Message string // what became of it
}

// ledger gathers losses, each once.
type ledger struct {
	all  []Loss
	seen map[Loss]bool
	lost lostKeywords
}

// add notes that a keyword of the schema at n is not kept.
func (l *ledger) add(n *node, keyword, message string) {
	l.put(Loss{n.file.name, n.pointer(), keyword, message})
}

// constrains notes that values were constrained by a keyword of the schema at n, and nothing checks that any more. The
// keyword goes into what is carried along unchecked.
func (l *ledger) constrains(n *node, keyword, message string) {
	l.add(n, keyword, message)
	l.lost.mark(n, keyword)
}

func (l *ledger) put(loss Loss) {
	if l.seen == nil {
		l.seen = map[Loss]bool{}
	}
	if !l.seen[loss] {
		l.seen[loss] = true
		l.all = append(l.all, loss)
	}
}

func (l *ledger) sorted() []Loss {
	slices.SortFunc(l.all, func(a, b Loss) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Pointer, b.Pointer),
			cmp.Compare(a.Keyword, b.Keyword), cmp.Compare(a.Message, b.Message))
	})
	return l.all
}

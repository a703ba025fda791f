package resolve

import (
	"strconv"

	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/source"
)

// link is a version in a chain of versions.
type link struct {
	number int
	draft  bool
	span   source.Span
}

func (r *resolver) checkTypeChain(t *model.Type) {
	chain := make([]link, len(t.Versions))
	for i, v := range t.Versions {
		chain[i] = link{v.Number, v.Draft, v.Span}
	}
	r.checkChain("type "+strconv.Quote(t.Name), chain)
}

func (r *resolver) checkEventChain(e *model.Event) {
	chain := make([]link, len(e.Versions))
	for i, v := range e.Versions {
		chain[i] = link{v.Number, v.Draft, v.Span}
	}
	r.checkChain("event "+strconv.Quote(e.Name), chain)
}

// checkChain wants 1, 2, 3 ... with drafts at the end only. Equal numbers are duplicate keys, which parsing reports.
func (r *resolver) checkChain(whose string, chain []link) {
	want, lastDraft := 1, link{}
	for _, l := range chain {
		if l.number != want {
			r.rep.Add(versionGap(whose, l, want))
		}
		want = l.number + 1
		if lastDraft.draft && !l.draft {
			r.rep.Add(draftNotLast(whose, l, lastDraft))
		}
		lastDraft = l
	}
}

// label names a version of an event in messages: "MemoryCreated v2".
func label(v *model.EventVersion) string { return v.Event.Name + " v" + strconv.Itoa(v.Number) }

func typeLabel(v *model.TypeVersion) string {
	if !v.Type.Versioned {
		return v.Type.Name
	}
	return v.Type.Name + " v" + strconv.Itoa(v.Number)
}

package compat

import (
	"strings"

	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/source"
)

// Kind is a stable name of what changed. It is the id of the rule that judges such changes.
type Kind string

// Change is one difference. It does not say whether the difference matters: rules do.
type Change struct {
	Kind    Kind
	Element string // wire type of the event, or the qualified name of a projection or saga
	From    int    // version of the event on the old side; 0 where the change is not about a version
	To      int    // on the new side; equal to From for an edit in place
	Path    string // "source.origin", "items[]", "by_name{}", "payment(card).number"; "" at the event itself. Of a saga: a step
	Via     string // the shared type in which the change was made, "memory.Source"; "" in the event itself
	Old     Place
	New     Place

	// Table is that of a read model, as operators name it; "" where the change is about none.
	Table string

	trail trail
	types [2]*model.TypeVersion // the versions of Via on both sides
}

// Fields are the fields that a change is about, or in whose types it is. That of a side which has none is nil.
func (c *Change) Fields() (old, new *model.Field) {
	for i := len(c.trail) - 1; i >= 0; i-- {
		if c.trail[i].kind == intoField {
			return c.trail[i].old, c.trail[i].new
		}
	}
	return nil, nil
}

// Types are the versions of the shared type in which the change was made; nil where it was made in the event itself.
func (c *Change) Types() (old, new *model.TypeVersion) { return c.types[0], c.types[1] }

// Place is one side of a change.
type Place struct {
	Span source.Span // what changed; where it is missing, what it would stand in
	Text string      // the value, as a schema writes it; "" where there is none

	Optional bool // the field may be absent
	Rejects  bool // the object around it refuses unknown fields
	Closed   bool // the enum or union refuses unknown values
	Claimed  bool // the object around it has no such field and keeps unknown ones: the name may stand for any value
	Fits     bool // constraints leave only values that the type on the other side holds
}

// trail is the way from an event's struct to what changed.
type trail []hop

// hop is one step of a trail: into a field, an element, an entry or a branch.
type hop struct {
	kind     hopKind
	old, new *model.Field // of intoField; one may be nil
	tag      string       // of intoBranch
}

type hopKind uint8

const (
	intoField hopKind = iota
	intoElement
	intoEntry
	intoBranch
)

func (h hop) name() string {
	if h.new != nil {
		return h.new.Name
	}
	return h.old.Name
}

// with returns a longer trail and leaves the trail as it is.
func (t trail) with(h hop) trail { return append(t[:len(t):len(t)], h) }

func (t trail) String() string {
	var b strings.Builder
	for _, h := range t {
		switch h.kind {
		case intoField:
			if b.Len() > 0 {
				b.WriteByte('.')
			}
			b.WriteString(h.name())
		case intoElement:
			b.WriteString("[]")
		case intoEntry:
			b.WriteString("{}")
		case intoBranch:
			b.WriteString("(" + h.tag + ")")
		}
	}
	return b.String()
}

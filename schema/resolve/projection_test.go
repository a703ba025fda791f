package resolve_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/resolve"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax"
)

const noteEvents = `package: notes
types: {Level: {enum: [1, 2]}}
aggregates: {Note: {id: uuid}, Board: {id: string}}
events:
  Created: {aggregate: Note, versions: {1: {fields: {text: string, at: timestamp, size: uint64, level: Level}}}}
  Reworded: {aggregate: Note, versions: {1: {fields: {text: string, note: string?, change: int32}}}}
  Read: {aggregate: Note, versions: {1: {fields: {by: string | null, board: uuid}}}}
  Removed: {aggregate: Note, versions: {1: {fields: {}}}}
  Cleared: {aggregate: Board, versions: {1: {fields: {board: uuid}}}}
projections:
`

// projectionOf resolves the only projection of noteEvents and what is added to it.
func projectionOf(t *testing.T, declaration string) *model.Projection {
	t.Helper()
	rep := &diag.Report{}
	file := source.NewFile("schema/notes.yaml", []byte(noteEvents+declaration))
	m := resolve.Resolve([]*syntax.Document{syntax.Parse(file, rep)}, rep)
	if m == nil {
		t.Fatalf("%v", rep.Sorted())
	}
	return m.Packages[0].Projections[0]
}

func beginning(p *model.Projection) string {
	var names []string
	for _, h := range p.On {
		if h.Creates {
			names = append(names, h.Event.Name)
		}
	}
	return strings.Join(names, " ")
}

func columns(p *model.Projection) string {
	var out []string
	for _, c := range p.Columns {
		text := c.Name + " " + c.Type.String()
		if c.Null {
			text += " null"
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ")
}

func TestWhichEventsBeginRows(t *testing.T) {
	for _, c := range []struct{ what, on, want string }{
		{"one that sets less than another changes", "{Created: {set: {text: text, at: at}}, Reworded: {set: {text: text}}, Removed: delete}", "Created"},
		{"what is initialised elsewhere changes", "{Created: {set: {reads: 0}}, Read: {add: {reads: 1}, set: {last: $occurred_at}}}", "Created"},
		{"a counter begins its row", "{Read: {add: {reads: 1}}}", "Read"},
		{"equal sets all begin", "{Created: {set: {text: text}}, Reworded: {set: {text: text}}}", "Created Reworded"},
		{"neither holds the other", "{Created: {set: {text: text, at: at}}, Reworded: {set: {text: text, note: note}}}", "Created Reworded"},
		{"the declaration decides", "{Created: {set: {text: text, at: at}}, Reworded: {creates: true, set: {text: text}}}", "Created Reworded"},
		{"also against it", "{Created: {set: {text: text}}, Reworded: {creates: false, set: {text: text}}}", "Created"},
	} {
		p := projectionOf(t, "  List: {key: {id: $stream_id}, on: "+c.on+"}")
		if got := beginning(p); got != c.want {
			t.Errorf("%s: %q begin rows, want %q", c.what, got, c.want)
		}
	}
}

func TestColumnsHoldWhatTheirEventsGive(t *testing.T) {
	for _, c := range []struct{ what, on, want string }{
		{"set by all that begin rows", "{Created: {set: {text: text, at: at, level: level}}, Reworded: {set: {text: text}}}", "id uuid, text string, at timestamp, level Level"},
		{"widened to what columns hold", "{Created: {set: {size: size}}, Reworded: {set: {size: change}}}", "id uuid, size int64"},
		{"not set by one that begins rows", "{Created: {set: {text: text}}, Reworded: {set: {note: note}}}", "id uuid, text string null, note string null"},
		{"set from null on a row that is there", "{Created: {set: {by: {value: Ada}, text: text}}, Read: {set: {by: by}}}", "id uuid, by string null, text string"},
		{"added to", "{Created: {set: {text: text}}, Reworded: {add: {changes: change}}}", "id uuid, text string null, changes int64"},
		{"only literals", "{Created: {set: {a: 1, b: 1.5, c: true, d: {value: x}, e: null}}, Read: {creates: false, set: {e: 2}}}", "id uuid, a int64, b float64, c bool, d string, e int64 null"},
		{"enum and its number", "{Created: {set: {n: level}}, Reworded: {set: {n: change}}}", "id uuid, n int64"},
	} {
		p := projectionOf(t, "  List: {key: {id: $stream_id}, on: "+c.on+"}")
		if got := columns(p); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.what, got, c.want)
		}
	}
}

func TestTheSameKeyIsFoundInEachEventAnew(t *testing.T) {
	p := projectionOf(t, "  Boards: {key: {board: board}, on: {Read: {add: {reads: 1}}, Cleared: delete}}")
	for _, h := range p.On {
		if f := h.Event.Latest().Struct.Field("board"); len(h.Key) != 1 || h.Key[0].Field.Last() != f {
			t.Errorf("the key of %s is not its own field", h.Event.Name)
		}
	}
}

func TestStreamIDIsTextWhereAggregatesDiffer(t *testing.T) {
	p := projectionOf(t, "  All: {key: {id: $stream_id}, on: {Read: {add: {reads: 1}}, Cleared: delete}}")
	if got := columns(p); got != "id string, reads int64" {
		t.Error(got)
	}
}

func TestLiteralsTakeTheTypeOfTheirColumn(t *testing.T) {
	p := projectionOf(t, `  List: {key: {id: $stream_id}, on: {Created: {set: {at: {value: "2026-01-31T00:00:00Z"}, level: level}}, Reworded: {set: {at: $occurred_at, level: 2}}}}`)
	var got []string
	for _, h := range p.On {
		for _, a := range h.Set {
			if a.Value.Literal != nil {
				got = append(got, fmt.Sprintf("%s %s", a.Column, a.Value.Literal.JSON))
			}
		}
	}
	slices.Sort(got)
	if diff := cmp.Diff([]string{`at "2026-01-31T00:00:00Z"`, "level 2"}, got); diff != "" {
		t.Error(diff)
	}
}

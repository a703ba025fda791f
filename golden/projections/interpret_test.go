package projections

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/load"
	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/resolve"
)

// interpreter does, one fact at a time and on the JSON of payloads, what the schema says. It shares no code with what is
// generated from it.
type interpreter struct {
	p    *model.Projection
	rows map[string]cells // by the text of their keys
}

// declared is the schema, resolved once.
var declared = sync.OnceValues(func() (*model.Model, error) {
	rep := &diag.Report{}
	docs, err := load.Load(os.DirFS("schema"), []string{"."}, rep)
	if err != nil {
		return nil, err
	}
	m := resolve.Resolve(docs, rep)
	if m == nil {
		err = fmt.Errorf("%v", rep.Sorted())
	}
	return m, err
})

func interpret(t testing.TB, name string) *interpreter {
	t.Helper()
	m, err := declared()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range m.Packages[0].Projections {
		if p.Name == name {
			return &interpreter{p: p, rows: map[string]cells{}}
		}
	}
	t.Fatalf("no projection %s", name)
	return nil
}

// handled keeps the facts that the projection is given.
func (i *interpreter) handled(facts []projection.Fact) []projection.Fact {
	return slices.DeleteFunc(facts, func(f projection.Fact) bool {
		return !slices.ContainsFunc(i.p.On, func(h *model.ProjectionHandler) bool { return h.Event.Wire == f.Data.EventType() })
	})
}

func (i *interpreter) add(f *projection.Fact) {
	for _, h := range i.p.On {
		if h.Event.Wire == f.Data.EventType() {
			i.apply(h, newReading(f))
		}
	}
}

func (i *interpreter) apply(h *model.ProjectionHandler, r *reading) {
	var key cells
	for n, o := range h.Key {
		key = append(key, r.operand(o, i.p.Columns[n]))
	}
	name := strings.Join(key, "|")
	row, there := i.rows[name]
	switch {
	case slices.Contains(key, null):
	case h.Delete:
		delete(i.rows, name)
	case there || h.Creates:
		if !there {
			row = i.begin(key)
		}
		i.rows[name] = i.change(row, h, r)
	}
}

func (i *interpreter) begin(key cells) cells {
	row := append(cells{}, key...)
	for _, c := range i.p.Columns[len(key):] {
		if c.Added {
			row = append(row, "0")
		} else {
			row = append(row, null)
		}
	}
	return row
}

func (i *interpreter) change(row cells, h *model.ProjectionHandler, r *reading) cells {
	row = append(cells{}, row...)
	for n, c := range i.p.Columns {
		for _, a := range h.Set {
			if a.Column == c.Name {
				row[n] = r.operand(a.Value, c)
			}
		}
		for _, a := range h.Add {
			if a.Column != c.Name {
				continue
			}
			if amount := r.operand(a.Value, c); amount != null {
				row[n] = sum(row[n], amount, c.Type.Kind)
			}
		}
	}
	return row
}

func sum(a, b string, kind model.Kind) string {
	if kind == model.Float64 {
		x, _ := strconv.ParseFloat(a, 64)
		y, _ := strconv.ParseFloat(b, 64)
		return strconv.FormatFloat(x+y, 'g', -1, 64)
	}
	return decimal.RequireFromString(a).Add(decimal.RequireFromString(b)).String()
}

// reading is a fact as its JSON.
type reading struct {
	f       *projection.Fact
	payload json.RawMessage
}

func newReading(f *projection.Fact) *reading {
	b, err := f.Data.AppendJSON(nil)
	if err != nil {
		panic(err)
	}
	return &reading{f, b}
}

func (r *reading) operand(o model.Operand, c *model.TableColumn) string {
	switch {
	case o.Literal != nil:
		return scalar(o.Literal.JSON, c.Type)
	case o.Envelope != 0:
		return r.envelope(o.Envelope, c.Type)
	}
	raw := r.payload
	for _, f := range o.Field.Fields {
		var members map[string]json.RawMessage
		if json.Unmarshal(raw, &members) != nil {
			return null
		}
		if raw = members[f.JSON]; raw == nil || string(raw) == "null" && f.Type.Kind != model.JSON {
			return null
		}
	}
	return scalar(raw, c.Type)
}

func (r *reading) envelope(e model.EnvelopeField, t *model.TypeRef) string {
	var out cells
	switch e {
	case model.EnvStreamID:
		if t.Kind != model.String {
			return r.f.Stream.ID()
		}
		out.Text(r.f.Stream.ID())
	case model.EnvOccurredAt:
		out.Timestamp(r.f.OccurredAt)
	case model.EnvRecordedAt:
		out.Timestamp(r.f.RecordedAt)
	case model.EnvEventID:
		out.UUID(r.f.ID)
	case model.EnvCorrelationID:
		out.UUID(r.f.Correlation)
	case model.EnvCausationID:
		out.UUID(r.f.Causation)
	case model.EnvActor:
		out.Text(r.f.Actor)
	case model.EnvTenant:
		out.Text(string(r.f.Tenant))
	}
	return out[0]
}

// scalar is a value of JSON as the cell of a column.
func scalar(raw []byte, t *model.TypeRef) string {
	if string(raw) == "null" && t.Kind != model.JSON {
		return null
	}
	var out cells
	var text string
	_ = json.Unmarshal(raw, &text) // texts only
	switch t.Kind {
	case model.Bool, model.Int64:
		return string(raw)
	case model.Float64:
		f, _ := strconv.ParseFloat(string(raw), 64)
		out.Float(f)
	case model.Decimal:
		out.Decimal(text)
	case model.UUID:
		out.UUID(uuid.MustParse(text))
	case model.Timestamp:
		at, err := time.Parse(time.RFC3339Nano, text)
		if err != nil {
			panic(err)
		}
		out.Timestamp(at)
	case model.Date:
		return text
	case model.Bytes:
		b, _ := base64.StdEncoding.DecodeString(text)
		out.Bytes(b)
	case model.String, model.Time, model.Duration:
		out.Text(text)
	case model.Named:
		if e, ok := t.Named.Shape.(*model.Enum); ok && e.Kind == model.String {
			out.Text(text)
		} else if ok {
			return string(raw)
		} else {
			out.JSON(raw)
		}
	default:
		out.JSON(raw)
	}
	return out[0]
}

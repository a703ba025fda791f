package demo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/examples/memory/events/memory"
	"github.com/evgen/evgen/examples/memory/page"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

// oldFact is what a release wrote that knew version 1 only.
type oldFact struct {
	at      string
	payload string
}

var oldFacts = []oldFact{
	{"2025-11-03T08:15:00Z", `{"content":"Ada likes tea.","created_at":"2025-11-03T08:15:00Z"}`},
	{"2025-12-12T16:40:00Z", `{"content":"The standup is at ten.","created_at":"2025-12-12T16:40:00Z"}`},
}

// oldFacts puts facts into the store exactly as they were written, and reads them back.
func (p *play) oldFacts(ctx context.Context) error {
	importer := func(yield func(runtime.Record, error) bool) {
		for _, fact := range oldFacts {
			rec, err := p.record(fact)
			if !yield(rec, err) {
				return
			}
		}
	}
	if _, err := p.library.Events.Import(ctx, importer); err != nil {
		return err
	}
	list, _, err := p.ada.List(ctx, projection.Page{})
	if err != nil {
		return err
	}
	p.tea, p.standup = list[0].MemoryID, list[1].MemoryID
	return p.showUpcast(ctx, p.tea)
}

func (p *play) record(fact oldFact) (runtime.Record, error) {
	at, err := time.Parse(time.RFC3339, fact.at)
	id := p.newID()
	return runtime.Record{
		Meta: runtime.Meta{
			ID: uuid.NewSHA1(id, []byte("created")), Type: memory.TypeMemoryCreated, Version: 1, Stream: memory.MemoryStream(id),
			Correlation: id, Causation: id, Actor: "v1", OccurredAt: at, RecordedAt: at,
		},
		Data: []byte(fact.payload),
	}, err
}

// showUpcast prints the stored bytes of a memory's first event beside what programs see of it.
func (p *play) showUpcast(ctx context.Context, id uuid.UUID) error {
	stream := memory.MemoryStream(id)
	for rec, err := range p.library.Events.Load(ctx, stream, runtime.Limit(1)) {
		if err != nil {
			return err
		}
		p.page.Line("  stored  v%d  %s", rec.Version, rec.Data)
	}
	for event, err := range memory.Load(ctx, p.library.Events, stream, runtime.Limit(1)) {
		if err != nil {
			return err
		}
		today, err := event.Data.AppendJSON(nil)
		if err != nil {
			return fmt.Errorf("encode %s: %w", event.ID, err)
		}
		p.page.Line("  read    v%d  %s", event.Data.EventVersion(), today)
		p.page.Note("  %s: the store keeps its bytes, and no program sees version 1", page.Versions(event))
		return nil
	}
	return errors.New("the old facts are not there")
}

package memstore

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
)

// log is the data of a store. Its slices only ever grow at the end or are
// replaced whole, so that readers may go on with the slices that they took under
// the lock after they have released it.
type log struct {
	segment
	streams map[runtime.StreamID]*stream
	byID    map[uuid.UUID]runtime.Position
	// last is when the newest record was recorded; time never falls.
	last time.Time
}

// segment is the kept part of the log: records[i] has position dropped+i+1.
type segment struct {
	records []runtime.Record
	dropped runtime.Position
}

// stream lists where a stream's records are: positions[i] is that of version dropped+i+1.
type stream struct {
	tenant    runtime.Tenant
	positions []runtime.Position
	dropped   runtime.StreamVersion
}

func newLog() log {
	return log{streams: map[runtime.StreamID]*stream{}, byID: map[uuid.UUID]runtime.Position{}}
}

func (g segment) head() runtime.Position { return g.dropped + runtime.Position(len(g.records)) }

// at returns the record at p, which must be kept.
func (g segment) at(p runtime.Position) *runtime.Record { return &g.records[p-g.dropped-1] }

func (t *stream) version() runtime.StreamVersion {
	return t.dropped + runtime.StreamVersion(len(t.positions))
}

func (l *log) append(batch *runtime.Batch, now time.Time) (runtime.Appended, error) {
	if out, stored, err := batch.CheckStored(l.stored(batch)); stored || err != nil {
		return out, err
	}
	t := l.streams[batch.Stream]
	if t == nil {
		t = &stream{tenant: batch.Tenant}
	}
	if t.tenant != batch.Tenant {
		return runtime.Appended{}, &runtime.TenantError{Stream: batch.Stream, Tenant: batch.Tenant}
	}
	if actual := t.version(); !batch.Expect.Allows(actual) {
		return runtime.Appended{}, &runtime.ConflictError{Stream: batch.Stream, Expected: batch.Expect, Actual: actual}
	}
	out := runtime.Appended{First: t.version() + 1, FirstPosition: l.head() + 1}
	for _, rec := range batch.Records {
		rec.RecordedAt = l.tick(now)
		l.add(t, rec)
	}
	out.Last, out.Position = t.version(), l.head()
	return out, nil
}

// add numbers rec and writes it to the end of its stream t.
func (l *log) add(t *stream, rec runtime.Record) {
	rec.Position = l.head() + 1
	rec.StreamVersion = t.version() + 1
	l.records = append(l.records, rec)
	l.byID[rec.ID] = rec.Position
	t.positions = append(t.positions, rec.Position)
	l.streams[rec.Stream] = t
}

func (l *log) tick(now time.Time) time.Time {
	if now.After(l.last) {
		l.last = now
	}
	return l.last
}

func (l *log) stored(batch *runtime.Batch) []*runtime.Record {
	ids := batch.LookupIDs()
	found := make([]*runtime.Record, len(ids))
	for i, id := range ids {
		if p, ok := l.byID[id]; ok {
			found[i] = l.at(p)
		}
	}
	return found
}

func (l *log) find(ids []uuid.UUID) []runtime.Record {
	var positions []runtime.Position
	for _, id := range ids {
		if p, ok := l.byID[id]; ok {
			positions = append(positions, p)
		}
	}
	slices.Sort(positions)
	var found []runtime.Record
	for _, p := range slices.Compact(positions) {
		found = append(found, *l.at(p))
	}
	return found
}

func (l *log) retain(from runtime.Position) {
	drop := min(from-1, l.head()) - l.dropped
	if drop <= 0 {
		return
	}
	for i := range l.records[:drop] {
		rec := &l.records[i]
		delete(l.byID, rec.ID)
		t := l.streams[rec.Stream]
		t.positions, t.dropped = t.positions[1:], rec.StreamVersion
	}
	l.segment = segment{records: slices.Clone(l.records[drop:]), dropped: l.dropped + drop}
}

package storetest

import (
	"context"
	"errors"
	"io"
	"iter"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
)

func findScenarios(Target) []scenario {
	return []scenario{{"events are found by id, in order of position", func(t *testing.T, s runtime.Store) {
		write(t, s, newStream(), runtime.ExpectNew(), notes("1", "2", "3")...)
		all := everything(t, s)
		found, err := s.(runtime.Finder).Find(context.Background(), all[2].ID, uuid.New(), all[0].ID, all[2].ID)
		check(t, "find", err)
		same(t, "found", found, []runtime.Record{all[0], all[2]})
		none, err := s.(runtime.Finder).Find(context.Background())
		check(t, "find nothing", err)
		same(t, "found for nothing", len(none), 0)
	}}}
}

func durableScenarios(target Target) []scenario {
	return []scenario{{"everything survives closing and opening again", func(t *testing.T, s runtime.Store) {
		stream, id := newStream(), uuid.New()
		first := writeAs(t, s, stream, runtime.ExpectNew(), command(id).WithHeader("k", "v").WithTenant("acme"), notes("1", "2")...)
		before := everything(t, s)
		_, incarnation, _ := s.Head(context.Background())
		s = target.Reopen(t, s)
		same(t, "records", everything(t, s), before)
		_, again, err := s.Head(context.Background())
		check(t, "head", err)
		same(t, "incarnation", again, incarnation)
		first.Duplicate = true
		same(t, "retry", writeAs(t, s, stream, runtime.ExpectNew(), command(id).WithTenant("acme"), notes("1", "2")...), first)
		check(t, "close", s.(io.Closer).Close())
	}}}
}

func retentionScenarios(target Target) []scenario {
	return []scenario{{"a reader from before the first kept record is told of the gap", func(t *testing.T, s runtime.Store) {
		ctx, stream := context.Background(), newStream()
		write(t, s, stream, runtime.ExpectNew(), notes("1", "2", "3")...)
		all := everything(t, s)
		target.Retain(t, s, all[2].Position)
		err := firstError(s.ReadAll(ctx, 0, runtime.Filter{}))
		wantErrorIs(t, err, runtime.ErrRetentionGap)
		same(t, "first kept", wantErrorAs[*runtime.RetentionGapError](t, err).FirstKept, all[2].Position)
		wantErrorIs(t, firstError(s.Load(ctx, stream)), runtime.ErrRetentionGap)
		same(t, "kept", collect(t, s.ReadAll(ctx, all[1].Position, runtime.Filter{})), all[2:])
		same(t, "kept of the stream", load(t, s, stream, runtime.FromVersion(3)), all[2:])
		same(t, "next", write(t, s, stream, runtime.ExpectVersion(3), noted{"4"}).Last, 4)
	}}}
}

func subscribeScenarios(Target) []scenario {
	return []scenario{
		{"a subscriber sees what is there and what comes", subscribeFollows},
		{"a subscription ends with its context", subscribeCancelled},
		{"a subscription ends when its store is closed", subscribeClosed},
	}
}

func subscribeFollows(t *testing.T, s runtime.Store) {
	const before, after = 5, 60
	check(t, "append", appendMany(s, "before", before))
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var seen []runtime.Record
	inParallel(t, 3, func(i int) error {
		if i > 0 {
			return appendMany(s, "after", after/2)
		}
		for rec, err := range s.(runtime.Subscriber).Subscribe(ctx, 0, runtime.Filter{Categories: []string{"Note"}}) {
			if err != nil {
				return err
			}
			if seen = append(seen, rec); len(seen) == before+after {
				break
			}
		}
		return nil
	})
	same(t, "seen", seen, everything(t, s))
}

func subscribeCancelled(t *testing.T, s runtime.Store) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	wantErrorIs(t, firstError(s.(runtime.Subscriber).Subscribe(ctx, 0, runtime.Filter{})), context.DeadlineExceeded)
}

func subscribeClosed(t *testing.T, s runtime.Store) {
	closer, ok := s.(io.Closer)
	if !ok {
		t.Fatal("a store with subscriptions must be an io.Closer")
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	write(t, s, newStream(), runtime.ExpectNew(), noted{"a"})
	var last error
	for _, err := range s.(runtime.Subscriber).Subscribe(ctx, 0, runtime.Filter{}) {
		if last = err; err == nil {
			check(t, "close", closer.Close())
		}
	}
	wantErrorIs(t, last, runtime.ErrClosed)
}

func snapshotScenarios(Target) []scenario {
	return []scenario{
		{"a load begins after the newest snapshot of its digest", snapshotTail},
		{"an error of restore ends the load", snapshotRestoreError},
	}
}

func snapshotTail(t *testing.T, s runtime.Store) {
	ctx, stream, keeper := context.Background(), newStream(), s.(runtime.SnapshotStore)
	write(t, s, stream, runtime.ExpectNew(), notes("1", "2", "3", "4")...)
	taken := runtime.Timestamp(time.Now())
	snapshot := func(v runtime.StreamVersion) runtime.Snapshot {
		return runtime.Snapshot{Stream: stream, Digest: "d1", Version: v, State: []byte{0, byte(v)}, TakenAt: taken}
	}
	for _, v := range []runtime.StreamVersion{1, 3, 2} {
		check(t, "save", keeper.SaveSnapshot(ctx, snapshot(v)))
	}
	var restored []runtime.Snapshot
	restore := func(s runtime.Snapshot) error { restored = append(restored, s); return nil }
	same(t, "tail", texts(collect(t, keeper.LoadFromSnapshot(ctx, stream, "d1", restore))), []string{"4"})
	same(t, "restored", restored, []runtime.Snapshot{snapshot(3)})

	restored = nil
	same(t, "other digest", texts(collect(t, keeper.LoadFromSnapshot(ctx, stream, "d2", restore))), []string{"1", "2", "3", "4"})
	same(t, "other stream", len(collect(t, keeper.LoadFromSnapshot(ctx, newStream(), "d1", restore))), 0)
	same(t, "restored", len(restored), 0)

	check(t, "save", keeper.SaveSnapshot(ctx, snapshot(4)))
	same(t, "nothing after it", len(collect(t, keeper.LoadFromSnapshot(ctx, stream, "d1", restore))), 0)
	same(t, "restored", len(restored), 1)
}

func snapshotRestoreError(t *testing.T, s runtime.Store) {
	ctx, stream, keeper := context.Background(), newStream(), s.(runtime.SnapshotStore)
	write(t, s, stream, runtime.ExpectNew(), notes("1", "2")...)
	check(t, "save", keeper.SaveSnapshot(ctx, runtime.Snapshot{Stream: stream, Digest: "d", Version: 1, State: []byte("x")}))
	err := firstError(keeper.LoadFromSnapshot(ctx, stream, "d", func(runtime.Snapshot) error { return errRefused }))
	wantErrorIs(t, err, errRefused)
}

func importScenarios(Target) []scenario {
	return []scenario{
		{"raw records are appended as they were recorded", importRaw},
		{"an import can be run again", importAgain},
		{"a record that lacks something is refused", importBad},
		{"an error of the source ends the import", importSourceError},
	}
}

func rawRecord(stream runtime.StreamID, text string) runtime.Record {
	at := time.Date(2019, 1, 2, 3, 4, 5, 6000, time.UTC)
	return runtime.Record{
		Meta: runtime.Meta{
			ID: uuid.New(), Type: "storetest.Ancient", Version: 1, Stream: stream, Tenant: "acme",
			Correlation: uuid.New(), Causation: uuid.New(), Actor: "clerk", OccurredAt: at, RecordedAt: at.Add(time.Hour),
			Headers: map[string]string{"k": "v"},
		},
		Data: []byte(`{"text":"` + text + `"}`),
	}
}

func sequence(records []runtime.Record) iter.Seq2[runtime.Record, error] {
	return func(yield func(runtime.Record, error) bool) {
		for _, rec := range records {
			if !yield(rec, nil) {
				return
			}
		}
	}
}

func importRaw(t *testing.T, s runtime.Store) {
	a, b := newStream(), newStream()
	want := []runtime.Record{rawRecord(a, "1"), rawRecord(b, "2"), rawRecord(a, "3")}
	done, err := s.(runtime.Importer).Import(context.Background(), sequence(want))
	check(t, "import", err)
	same(t, "outcome", done, runtime.Imported{Events: 3, Position: head(t, s)})
	got := everything(t, s)
	for i, version := range []runtime.StreamVersion{1, 1, 2} {
		want[i].StreamVersion, want[i].Position = version, got[i].Position
	}
	same(t, "records", got, want)
	out := writeAs(t, s, a, runtime.ExpectVersion(2), runtime.Root().WithTenant("acme"), noted{"4"})
	same(t, "next version", out.Last, 3)
}

func importAgain(t *testing.T, s runtime.Store) {
	ctx, stream := context.Background(), newStream()
	records := []runtime.Record{rawRecord(stream, "1"), rawRecord(stream, "2"), rawRecord(stream, "3")}
	_, err := s.(runtime.Importer).Import(ctx, sequence(records[:2]))
	check(t, "import", err)
	done, err := s.(runtime.Importer).Import(ctx, sequence(records))
	check(t, "import again", err)
	same(t, "outcome", done, runtime.Imported{Events: 1, Duplicates: 2, Position: head(t, s)})
	same(t, "events", texts(everything(t, s)), []string{"1", "2", "3"})

	records[0].Data = []byte(`{"text":"other"}`)
	_, err = s.(runtime.Importer).Import(ctx, sequence(records))
	wantErrorAs[*runtime.IdempotencyError](t, err)
}

func importBad(t *testing.T, s runtime.Store) {
	for name, spoil := range map[string]func(*runtime.Record){
		"id":          func(r *runtime.Record) { r.ID = uuid.Nil },
		"type":        func(r *runtime.Record) { r.Type = "" },
		"version":     func(r *runtime.Record) { r.Version = 0 },
		"correlation": func(r *runtime.Record) { r.Correlation = uuid.Nil },
		"stream":      func(r *runtime.Record) { r.Stream = runtime.StreamID{} },
		"payload":     func(r *runtime.Record) { r.Data = []byte("{") },
	} {
		t.Run(name, func(t *testing.T) {
			rec := rawRecord(newStream(), "x")
			spoil(&rec)
			if _, err := s.(runtime.Importer).Import(context.Background(), sequence([]runtime.Record{rec})); err == nil {
				t.Error("the record was taken")
			}
			same(t, "records", len(everything(t, s)), 0)
		})
	}
}

func importSourceError(t *testing.T, s runtime.Store) {
	broken := errors.New("the tape is torn")
	_, err := s.(runtime.Importer).Import(context.Background(), func(yield func(runtime.Record, error) bool) {
		yield(runtime.Record{}, broken)
	})
	wantErrorIs(t, err, broken)
}

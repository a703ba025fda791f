package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/evgen/evgen/runtime"
)

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

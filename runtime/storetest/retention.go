package storetest

import (
	"context"
	"testing"

	"github.com/evgen/evgen/runtime"
)

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

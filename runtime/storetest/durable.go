package storetest

import (
	"context"
	"io"
	"testing"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
)

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

package storetest

import (
	"context"
	"testing"

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

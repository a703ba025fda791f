package storetest

import (
	"context"
	"io"
	"testing"
	"time"

	"github.com/evgen/evgen/runtime"
)

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

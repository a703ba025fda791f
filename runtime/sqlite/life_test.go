package sqlite_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/evgen/evgen/runtime"
)

func TestANewLifeIsNoticedByWhoHasTheFileOpen(t *testing.T) {
	ctx, file := context.Background(), filepath.Join(t.TempDir(), "events.db")
	running, operator := open(t, file), open(t, file)
	_, before, err := running.Head(ctx)
	if err != nil {
		t.Fatal(err)
	}
	now, err := operator.Renew(ctx)
	if err != nil || now == before {
		t.Fatalf("renewed from %s to %s, %v", before, now, err)
	}
	if _, noticed, err := running.Head(ctx); err != nil || noticed != now {
		t.Errorf("the other store is of life %s, %v, want %s", noticed, err, now)
	}
}

func TestSubscribersAreToldOfANewLife(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	s := open(t, filepath.Join(t.TempDir(), "events.db"))
	if _, err := s.Append(ctx, contended(), runtime.ExpectNew(), runtime.Root(), step(0, 1)); err != nil {
		t.Fatal(err)
	}
	renewed := false
	for rec, err := range s.Subscribe(ctx, 0, runtime.Filter{}) {
		var rewound *runtime.StoreRewoundError
		if renewed {
			if !errors.As(err, &rewound) || rewound.After != 1 || rewound.Head != 1 {
				t.Errorf("position %d, %v", rec.Position, err)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Renew(ctx); err != nil {
			t.Fatal(err)
		}
		renewed = true
	}
	t.Error("the subscription ended without a word")
}

package sqlite_test

import (
	"context"
	"path/filepath"
	"testing"
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

package postgres

import (
	"context"
	"testing"

	"github.com/evgen/evgen/internal/pgtest"
)

func TestANewLifeIsNoticedByWhoHasTheStoreOpen(t *testing.T) {
	ctx, dsn := context.Background(), pgtest.Database(t)
	running := openStore(t, dsn, WithMigrations())
	operator := openStore(t, dsn)
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

func TestPartitionSizeIsWhatTheStoreWasMadeWith(t *testing.T) {
	ctx, dsn := context.Background(), pgtest.Database(t)
	whole := openStore(t, dsn, WithMigrations(), WithSchema("whole"))
	parted := openStore(t, dsn, WithMigrations(), WithSchema("parted"), WithPartitions(10_000))
	if size, err := whole.PartitionSize(ctx); size != 0 || err != nil {
		t.Errorf("one table: %d, %v", size, err)
	}
	if size, err := parted.PartitionSize(ctx); size != 10_000 || err != nil {
		t.Errorf("partitions: %d, %v", size, err)
	}
}

package sqlitemodel_test

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/sqlitemodel"
)

// filled is what a service has left in a ledger of version 1: a live version of two
// shards, one of them held, and a letter.
const filled = `
INSERT INTO evgen_projections VALUES ('memory_list', 3, 'abc', 'live', '["memory_list"]', 'life', 1, 7, 1000000, 2000000);
INSERT INTO evgen_shards VALUES ('memory_list', 3, 0, 0, 511, 41, 5, 'pod-1', 3000000, '', 4000000),
	('memory_list', 3, 1, 512, 1023, 17, 6, '', 0, 'disk is full', 5000000);
INSERT INTO evgen_letters VALUES (9, 'memory_list', 3, 600, 'Memory-1', 'dead', 10, 'no', 6000000, 7000000, 16, -1,
	x'0195f1c2000070008000000000000001', 'memory.MemoryCreated', 2, 'Memory-1', 4, 'acme', x'0195f1c2000070008000000000000002',
	x'0195f1c2000070008000000000000003', 'ann', 8000000, 9000000, '{"a":"b"}', x'7b7d')`

func TestLedgerOfTheFirstReleaseKeepsWhatItHolds(t *testing.T) {
	ctx, path := context.Background(), filepath.Join(t.TempDir(), "x.db")
	made, err := os.ReadFile("ledger.sql")
	check(t, err)
	file, err := sql.Open("sqlite", path)
	check(t, err)
	_, err = file.ExecContext(ctx, string(made)+filled)
	check(t, err)
	check(t, file.Close())
	db, err := sqlitemodel.Open(ctx, path)
	check(t, err)
	defer func() { check(t, db.Close()) }()
	check(t, db.Setup(ctx))
	check(t, db.Setup(ctx)) // changes nothing more
	check(t, db.Ledger(ctx, func(l projection.Ledger) error { return kept(t, l) }))
}

func kept(t *testing.T, l projection.Ledger) error {
	ctx := context.Background()
	versions, err := l.Versions(ctx, "")
	if err != nil {
		return err
	}
	if v := versions[0]; len(versions) != 1 || v.String() != "memory_list v3" || v.State != projection.Live || v.EffectsFrom != 7 || v.Incarnation != "life" {
		t.Errorf("versions %+v", versions)
	}
	shards, err := l.Shards(ctx, versions[0])
	if err != nil {
		return err
	}
	if len(shards) != 2 || shards[0].Position != 41 || shards[0].Owner != "pod-1" || shards[1].Epoch != 6 || shards[1].Paused != "disk is full" {
		t.Errorf("shards %+v", shards)
	}
	letters, err := l.Letters(ctx, projection.LetterQuery{})
	if err != nil {
		return err
	}
	if len(letters) != 1 || letters[0].Shard != 1 || letters[0].Attempts != 10 || string(letters[0].Record.Data) != "{}" || letters[0].Record.Headers["a"] != "b" {
		t.Errorf("letters %+v", letters)
	}
	stream, last := runtime.StreamOf("Memory", "1"), projection.Taken{Version: 4, Event: uuid.New()}
	return takes(t, l.(projection.Inbox), stream, last)
}

// takes checks that the ledger has learned to remember what consumers took in.
func takes(t *testing.T, inbox projection.Inbox, stream runtime.StreamID, last projection.Taken) error {
	ctx := context.Background()
	if err := inbox.Take(ctx, "mailer", nil, map[runtime.StreamID]projection.Taken{stream: last}); err != nil {
		return err
	}
	taken, err := inbox.Taken(ctx, "mailer", []runtime.StreamID{stream})
	if taken[stream] != last {
		t.Errorf("taken %v, want %v", taken, last)
	}
	return err
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

package pgmodel

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/evgen/evgen/internal/pgtest"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

// filledLedger is what a service has left in a ledger of version 1: a live version of
// two shards, one of them held, and a letter.
const filledLedger = `
INSERT INTO evgen.projection_ledger VALUES (1);
INSERT INTO evgen.projections VALUES ('memory_list', 3, 'abc', 'live', '{memory_list}', 'life', true, 7, now(), now());
INSERT INTO evgen.projection_shards VALUES ('memory_list', 3, 0, 0, 511, 41, 5, 'pod-1', now() + interval '1 hour', ''),
    ('memory_list', 3, 1, 512, 1023, 17, 6, '', NULL, 'disk is full');
INSERT INTO evgen.dead_letters (projection, version, slot, key, state, position, ordinal, meta, data, attempts, error, next_attempt)
VALUES ('memory_list', 3, 600, 'Memory-1', 'dead', 16, -1, '{"id": "0195f1c2-0000-7000-8000-000000000001", "type": "memory.MemoryCreated",
    "version": 2, "ordinal": -1, "stream": "Memory-1", "streamVersion": 4, "position": 16, "correlation": "0195f1c2-0000-7000-8000-000000000002",
    "causation": "0195f1c2-0000-7000-8000-000000000003", "occurredAt": "2026-01-31T12:00:00Z", "recordedAt": "2026-01-31T12:00:00Z",
    "headers": {"a": "b"}}', '{}', 10, 'no', now())`

func TestLedgerOfTheFirstReleaseKeepsWhatItHolds(t *testing.T) {
	db, ctx := openDB(t, pgtest.Database(t)), context.Background()
	made, err := os.ReadFile("sql/ledger_1.sql")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Pool().Exec(ctx, "CREATE SCHEMA evgen;"+strings.ReplaceAll(string(made), "{ledger}", "evgen")+filledLedger); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time changes nothing more
		if err := db.Setup(ctx); err != nil {
			t.Fatal(err)
		}
	}
	ledgered(t, db, func(l projection.Ledger) error { return keptLedger(t, l) })
}

func keptLedger(t *testing.T, l projection.Ledger) error {
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
	if len(shards) != 2 || shards[0].Position != 41 || !shards[0].Leased || shards[1].Epoch != 6 || shards[1].Paused != "disk is full" {
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
	inbox := l.(projection.Inbox)
	if err := inbox.Take(ctx, "mailer", nil, map[runtime.StreamID]projection.Taken{stream: last}); err != nil {
		return err
	}
	taken, err := inbox.Taken(ctx, "mailer", []runtime.StreamID{stream})
	if taken[stream] != last {
		t.Errorf("taken %v, want %v", taken, last)
	}
	return err
}

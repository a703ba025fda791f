package pgmodel

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

const (
	letterColumns = `l.id, l.projection, l.version, s.shard, l.slot, l.key, l.state, l.meta, l.data, l.attempts, l.error, l.next_attempt, l.created_at`

	insertLetter = `INSERT INTO {ledger}.dead_letters
		(projection, version, slot, key, state, position, ordinal, meta, data, attempts, error, next_attempt)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8::text::json, $9, $10, $11, clock_timestamp() + $12 * interval '1 microsecond')`

	// dead_letters_by_key, projection_shards by its primary key
	fromLetters = ` FROM {ledger}.dead_letters AS l JOIN {ledger}.projection_shards AS s
		ON s.projection = l.projection AND s.version = l.version AND l.slot BETWEEN s.first_slot AND s.last_slot`

	ofShard = ` WHERE l.projection = $1 AND l.version = $2 AND s.shard = $3`

	countKeys = `SELECT l.key, count(*)` + fromLetters + ofShard + ` GROUP BY l.key`

	countWaiting = `SELECT s.shard, count(*), min(l.created_at)` + fromLetters + `
		WHERE l.projection = $1 AND l.version = $2 GROUP BY s.shard ORDER BY s.shard`

	// dead_letters_by_key, also for what comes before
	selectDue = `SELECT ` + letterColumns + fromLetters + ofShard + `
		AND (l.state = 'parked' OR l.state = 'retrying' AND l.next_attempt <= clock_timestamp())
		AND NOT EXISTS (SELECT FROM {ledger}.dead_letters AS b WHERE b.projection = l.projection AND b.version = l.version
			AND b.key = l.key AND (b.position, b.ordinal) < (l.position, l.ordinal))
		ORDER BY l.position, l.ordinal LIMIT $4`

	// what a query selects by narrows it: the primary key, or dead_letters_by_key
	selectLetters = `SELECT ` + letterColumns + fromLetters + ` WHERE true`
	byID          = ` AND l.id = ANY (@ids)`
	byProjection  = ` AND l.projection = @projection`
	byVersion     = ` AND l.version = @version`
	byKey         = ` AND l.key = @key`
	byState       = ` AND l.state = @state`
	inOrder       = ` ORDER BY l.projection, l.version, l.key, l.position, l.ordinal LIMIT @limit`

	// the primary key
	updateLetter = `UPDATE {ledger}.dead_letters
		SET state = $2, attempts = $3, error = $4, next_attempt = clock_timestamp() + $5 * interval '1 microsecond' WHERE id = $1`

	// the primary key; what was behind a letter is then the first of its key, and so due
	settleLetters = `DELETE FROM {ledger}.dead_letters WHERE id = ANY ($1)`

	// dead_letters_by_key
	deleteLetters = `DELETE FROM {ledger}.dead_letters WHERE projection = $1 AND version = $2`
)

func (l *ledger) Park(_ context.Context, letters []projection.Letter, wait time.Duration) error {
	for i := range letters {
		letter := &letters[i]
		meta, err := json.Marshal(recordOf(&letter.Record))
		if err != nil {
			return fmt.Errorf("park the event at position %d: %w", letter.Record.Position, err)
		}
		l.queue(insertLetter, letter.Version.ID, letter.Version.Number, letter.Slot, []byte(letter.Key), string(letter.State),
			int64(letter.Record.Position), letter.Record.Ordinal, string(meta), append([]byte{}, letter.Record.Data...), letter.Attempts, storable(letter.Error), wait.Microseconds())
	}
	return nil
}

func (l *ledger) ParkedKeys(ctx context.Context, v projection.Version, shard int) (map[string]int, error) {
	rows, err := l.query(ctx, countKeys, v.ID, v.Number, shard)
	if err != nil {
		return nil, fmt.Errorf("parked keys of %s: %w", &v, err)
	}
	keys := map[string]int{}
	var key []byte
	var n int
	_, err = pgx.ForEachRow(rows, []any{&key, &n}, func() error {
		keys[string(key)] = n
		return nil
	})
	return keys, wrap("parked keys of "+v.String(), err)
}

func (l *ledger) Waiting(ctx context.Context, v projection.Version) ([]projection.Waiting, error) {
	rows, err := l.query(ctx, countWaiting, v.ID, v.Number)
	if err != nil {
		return nil, fmt.Errorf("letters of %s: %w", &v, err)
	}
	waiting, err := pgx.CollectRows(rows, pgx.RowToStructByPos[projection.Waiting])
	return waiting, wrap("letters of "+v.String(), err)
}

func (l *ledger) Due(ctx context.Context, v projection.Version, shard int, limit int) ([]projection.Letter, error) {
	return l.letters(ctx, selectDue, v.ID, v.Number, shard, limit)
}

func (l *ledger) Letters(ctx context.Context, q projection.LetterQuery) ([]projection.Letter, error) {
	query := selectLetters
	for _, by := range []struct {
		given bool
		sql   string
	}{{len(q.IDs) > 0, byID}, {q.Projection != "", byProjection}, {q.Version != 0, byVersion}, {q.Key != "", byKey}, {q.State != "", byState}} {
		if by.given {
			query += by.sql
		}
	}
	limit := &q.Limit
	if q.Limit <= 0 {
		limit = nil
	}
	return l.letters(ctx, query+inOrder, pgx.NamedArgs{
		"ids": q.IDs, "projection": q.Projection, "version": q.Version, "key": []byte(q.Key), "state": string(q.State), "limit": limit,
	})
}

// letters reads letters, and the versions that they belong to.
func (l *ledger) letters(ctx context.Context, sql string, args ...any) ([]projection.Letter, error) {
	rows, err := l.query(ctx, sql, args...)
	if err != nil {
		return nil, fmt.Errorf("read dead letters: %w", err)
	}
	letters, err := pgx.CollectRows(rows, scanLetter)
	if err != nil || len(letters) == 0 {
		return nil, wrap("read dead letters", err)
	}
	return letters, l.complete(ctx, letters)
}

// complete fills in versions, of which letters know only the number.
func (l *ledger) complete(ctx context.Context, letters []projection.Letter) error {
	versions, err := l.Versions(ctx, "")
	if err != nil {
		return err
	}
	known := map[string]projection.Version{}
	for _, v := range versions {
		known[v.String()] = v
	}
	for i := range letters {
		if v, ok := known[letters[i].Version.String()]; ok {
			letters[i].Version = v
		}
	}
	return nil
}

func scanLetter(row pgx.CollectableRow) (letter projection.Letter, err error) {
	var key, meta []byte
	var state string
	err = row.Scan(&letter.ID, &letter.Version.ID, &letter.Version.Number, &letter.Shard, &letter.Slot, &key, &state, &meta,
		&letter.Record.Data, &letter.Attempts, &letter.Error, &letter.NextAttempt, &letter.CreatedAt)
	if err != nil {
		return letter, err
	}
	letter.Key, letter.State = string(key), projection.LetterState(state)
	letter.NextAttempt, letter.CreatedAt = letter.NextAttempt.UTC(), letter.CreatedAt.UTC()
	var r record
	if err := json.Unmarshal(meta, &r); err != nil {
		return letter, fmt.Errorf("letter %d: %w", letter.ID, err)
	}
	letter.Record.Meta, err = r.meta()
	return letter, wrap(fmt.Sprintf("letter %d", letter.ID), err)
}

func (l *ledger) Retry(_ context.Context, id int64, state projection.LetterState, attempts int, failure string, wait time.Duration) error {
	l.queue(updateLetter, id, string(state), attempts, storable(failure), wait.Microseconds())
	return nil
}

func (l *ledger) Settle(_ context.Context, ids ...int64) error {
	l.queue(settleLetters, append([]int64{}, ids...))
	return nil
}

// record is what is kept of a record besides its payload, as JSON, which takes any text.
type record struct {
	ID            uuid.UUID         `json:"id"`
	Type          string            `json:"type"`
	Version       int               `json:"version"`
	Ordinal       int               `json:"ordinal,omitempty"`
	Stream        string            `json:"stream"`
	StreamVersion int64             `json:"streamVersion"`
	Position      int64             `json:"position"`
	Tenant        string            `json:"tenant,omitempty"`
	Correlation   uuid.UUID         `json:"correlation"`
	Causation     uuid.UUID         `json:"causation"`
	Actor         string            `json:"actor,omitempty"`
	OccurredAt    time.Time         `json:"occurredAt"`
	RecordedAt    time.Time         `json:"recordedAt"`
	Headers       map[string]string `json:"headers,omitempty"`
}

func recordOf(r *runtime.Record) record {
	return record{
		ID: r.ID, Type: r.Type, Version: r.Version, Ordinal: r.Ordinal,
		Stream: r.Stream.String(), StreamVersion: int64(r.StreamVersion), Position: int64(r.Position), Tenant: string(r.Tenant),
		Correlation: r.Correlation, Causation: r.Causation, Actor: r.Actor,
		OccurredAt: r.OccurredAt, RecordedAt: r.RecordedAt, Headers: r.Headers,
	}
}

func (r *record) meta() (runtime.Meta, error) {
	stream, err := runtime.ParseStreamID(r.Stream)
	return runtime.Meta{
		ID: r.ID, Type: r.Type, Version: r.Version, Ordinal: r.Ordinal,
		Stream: stream, StreamVersion: runtime.StreamVersion(r.StreamVersion), Position: runtime.Position(r.Position), Tenant: runtime.Tenant(r.Tenant),
		Correlation: r.Correlation, Causation: r.Causation, Actor: r.Actor,
		OccurredAt: r.OccurredAt, RecordedAt: r.RecordedAt, Headers: r.Headers,
	}, err
}

// storable makes any text one that a column of text takes.
func storable(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "�"), "\x00", "�")
}

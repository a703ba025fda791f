package sqlitemodel

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

const (
	letterColumns = `l.letter, l.id, l.number, l.slot, l.key, l.state, l.attempts, l.error, l.next_attempt, l.created_at,
		l.position, l.ordinal, l.event, l.type, l.type_version, l.stream, l.version, l.tenant, l.correlation, l.causation,
		l.actor, l.occurred_at, l.recorded_at, l.headers, l.data, s.shard`

	// evgen_letters_by_key, evgen_shards by its primary key
	fromLetters = ` FROM evgen_letters l JOIN evgen_shards s
		ON s.id = l.id AND s.number = l.number AND l.slot BETWEEN s.first_slot AND s.last_slot`

	insertLetter = `INSERT INTO evgen_letters (id, number, slot, key, state, attempts, error, next_attempt, created_at,
		position, ordinal, event, type, type_version, stream, version, tenant, correlation, causation,
		actor, occurred_at, recorded_at, headers, data)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24)`

	// evgen_letters_by_slot
	selectParkedKeys = `SELECT l.key, count(*)` + fromLetters + `
		WHERE l.id = ?1 AND l.number = ?2 AND s.shard = ?3 GROUP BY l.key`

	// evgen_letters_by_slot
	countWaiting = `SELECT s.shard, count(*), min(l.created_at)` + fromLetters + `
		WHERE l.id = ?1 AND l.number = ?2 GROUP BY s.shard ORDER BY s.shard`

	// evgen_letters_by_key, also for what comes before
	selectDue = `SELECT ` + letterColumns + fromLetters + `
		WHERE l.id = ?1 AND l.number = ?2 AND s.shard = ?3
		AND (l.state = 'parked' OR l.state = 'retrying' AND l.next_attempt <= ?4)
		AND NOT EXISTS (SELECT 1 FROM evgen_letters b WHERE b.id = l.id AND b.number = l.number AND b.key = l.key
			AND (b.position, b.ordinal) < (l.position, l.ordinal))
		ORDER BY l.position, l.ordinal LIMIT ?5`

	// what a query selects by narrows it: the primary key, or evgen_letters_by_key
	selectLetters = `SELECT ` + letterColumns + fromLetters + ` WHERE true`
	byProjection  = ` AND l.id = ?`
	byNumber      = ` AND l.number = ?`
	byKey         = ` AND l.key = ?`
	byState       = ` AND l.state = ?`
	inOrder       = ` ORDER BY l.id, l.number, l.key, l.position, l.ordinal`

	// the primary key
	updateLetter = `UPDATE evgen_letters SET state = ?2, attempts = ?3, error = ?4, next_attempt = ?5 WHERE letter = ?1`

	// the primary key
	deleteLetter = `DELETE FROM evgen_letters WHERE letter = ?1`
)

// Park implements [projection.Letters].
func (l *ledger) Park(ctx context.Context, letters []projection.Letter, wait time.Duration) error {
	now := l.now()
	for i := range letters {
		if err := l.insertLetter(ctx, &letters[i], now, now.Add(wait)); err != nil {
			return fmt.Errorf("park the event at position %d: %w", letters[i].Record.Position, err)
		}
	}
	return nil
}

func (l *ledger) insertLetter(ctx context.Context, p *projection.Letter, now, due time.Time) error {
	var headers any
	if rec := &p.Record; len(rec.Headers) > 0 {
		text, err := json.Marshal(rec.Headers)
		if err != nil {
			return fmt.Errorf("headers: %w", err)
		}
		headers = string(text)
	}
	r := &p.Record
	_, err := l.tx.ExecContext(ctx, insertLetter, p.Version.ID, p.Version.Number, p.Slot, p.Key, p.State, p.Attempts, p.Error,
		micros(due), micros(now), position(r.Position), r.Ordinal, r.ID[:], r.Type, r.Version, r.Stream.String(), int64(r.StreamVersion),
		string(r.Tenant), r.Correlation[:], r.Causation[:], r.Actor, r.OccurredAt.UnixMicro(), r.RecordedAt.UnixMicro(), headers, r.Data)
	return err
}

// ParkedKeys implements [projection.Letters].
func (l *ledger) ParkedKeys(ctx context.Context, v projection.Version, shard int) (map[string]int, error) {
	keys := map[string]int{}
	_, err := collect(ctx, l.tx, func(rows *sql.Rows) (n int, err error) {
		var key string
		err = rows.Scan(&key, &n)
		keys[key] = n
		return n, err
	}, selectParkedKeys, v.ID, v.Number, shard)
	if err != nil {
		return nil, fmt.Errorf("parked keys of %s shard %d: %w", &v, shard, err)
	}
	return keys, nil
}

// Waiting implements [projection.Letters].
func (l *ledger) Waiting(ctx context.Context, v projection.Version) ([]projection.Waiting, error) {
	waiting, err := collect(ctx, l.tx, func(rows *sql.Rows) (w projection.Waiting, err error) {
		var oldest int64
		err = rows.Scan(&w.Shard, &w.Letters, &oldest)
		w.Oldest = instant(oldest)
		return w, err
	}, countWaiting, v.ID, v.Number)
	if err != nil {
		return nil, fmt.Errorf("letters of %s: %w", &v, err)
	}
	return waiting, nil
}

// Due implements [projection.Letters].
func (l *ledger) Due(ctx context.Context, v projection.Version, shard int, limit int) ([]projection.Letter, error) {
	letters, err := collect(ctx, l.tx, scanLetter, selectDue, v.ID, v.Number, shard, micros(l.now()), limit)
	if err != nil {
		return nil, fmt.Errorf("letters of %s shard %d that are due: %w", &v, shard, err)
	}
	return letters, nil
}

// Letters implements [projection.Letters].
func (l *ledger) Letters(ctx context.Context, q projection.LetterQuery) ([]projection.Letter, error) {
	query, args := selectLetters, []any{}
	for _, by := range []struct {
		given bool
		sql   string
		value any
	}{{q.Projection != "", byProjection, q.Projection}, {q.Version != 0, byNumber, q.Version}, {q.Key != "", byKey, q.Key}, {q.State != "", byState, string(q.State)}} {
		if by.given {
			query, args = query+by.sql, append(args, by.value)
		}
	}
	if len(q.IDs) > 0 {
		query += ` AND l.letter IN (` + list(q.IDs) + `)`
	}
	query += inOrder
	if q.Limit > 0 {
		query += ` LIMIT ` + strconv.Itoa(q.Limit)
	}
	letters, err := collect(ctx, l.tx, scanLetter, query, args...)
	if err != nil {
		return nil, fmt.Errorf("list letters: %w", err)
	}
	return letters, nil
}

func list(ids []int64) string {
	var b strings.Builder
	for i, id := range ids {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.FormatInt(id, 10))
	}
	return b.String()
}

func scanLetter(rows *sql.Rows) (p projection.Letter, err error) {
	var stream string
	var headers sql.NullString
	var due, created, occurred, recorded int64
	r := &p.Record
	err = rows.Scan(&p.ID, &p.Version.ID, &p.Version.Number, &p.Slot, &p.Key, &p.State, &p.Attempts, &p.Error, &due, &created,
		&r.Position, &r.Ordinal, &r.ID, &r.Type, &r.Meta.Version, &stream, &r.StreamVersion, &r.Tenant, &r.Correlation, &r.Causation,
		&r.Actor, &occurred, &recorded, &headers, &r.Data, &p.Shard)
	if err != nil {
		return p, err
	}
	p.NextAttempt, p.CreatedAt = instant(due), instant(created)
	r.OccurredAt, r.RecordedAt = time.UnixMicro(occurred).UTC(), time.UnixMicro(recorded).UTC()
	if headers.Valid {
		if err := json.Unmarshal([]byte(headers.String), &r.Headers); err != nil {
			return p, fmt.Errorf("headers of letter %d: %w", p.ID, err)
		}
	}
	r.Stream, err = runtime.ParseStreamID(stream)
	return p, err
}

// Retry implements [projection.Letters].
func (l *ledger) Retry(ctx context.Context, id int64, state projection.LetterState, attempts int, failure string, wait time.Duration) error {
	if _, err := l.tx.ExecContext(ctx, updateLetter, id, string(state), attempts, failure, micros(l.now().Add(wait))); err != nil {
		return fmt.Errorf("note the failure of letter %d: %w", id, err)
	}
	return nil
}

// Settle implements [projection.Letters]. What was behind a letter is then the
// first of its key, and so due.
func (l *ledger) Settle(ctx context.Context, ids ...int64) error {
	for _, id := range ids {
		if _, err := l.tx.ExecContext(ctx, deleteLetter, id); err != nil {
			return fmt.Errorf("settle letter %d: %w", id, err)
		}
	}
	return nil
}

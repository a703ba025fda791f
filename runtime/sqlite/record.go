package sqlite

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
)

// Texts are cast to blobs, which the driver reads with one allocation less.
const (
	eventColumns = `position, id, CAST(stream AS BLOB), version, CAST(type AS BLOB), type_version,
		CAST(tenant AS BLOB), correlation, causation, CAST(actor AS BLOB), occurred_at, recorded_at,
		CAST(headers AS BLOB), data`

	// events_by_id
	selectByID = `SELECT ` + eventColumns + ` FROM events WHERE id = ?`

	insertEvent = `INSERT INTO events (position, id, stream, version, type, type_version, tenant,
		correlation, causation, actor, occurred_at, recorded_at, headers, data)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
)

// interner keeps one string for each of the few values that some columns take.
type interner map[string]string

// maxInterned bounds an interner: actors may be many.
const maxInterned = 4096

func (n interner) text(v driver.Value) string {
	b, _ := v.([]byte)
	if len(b) == 0 {
		return ""
	}
	if s, ok := n[string(b)]; ok {
		return s
	}
	if len(n) >= maxInterned {
		clear(n)
	}
	s := string(b)
	n[s] = s
	return s
}

// record reads a row of eventColumns. It keeps the bytes of data.
func (c *conn) record(v []driver.Value) (runtime.Record, error) {
	var rec runtime.Record
	position, _ := v[0].(int64)
	stream, err := runtime.ParseStreamID(c.names.text(v[2]))
	if err != nil {
		return rec, fmt.Errorf("event at position %d: %w", position, err)
	}
	version, _ := v[3].(int64)
	typeVersion, _ := v[5].(int64)
	occurred, _ := v[10].(int64)
	recorded, _ := v[11].(int64)
	rec.Position = runtime.Position(position)
	rec.Stream, rec.StreamVersion = stream, runtime.StreamVersion(version)
	rec.Type, rec.Version = c.names.text(v[4]), int(typeVersion)
	rec.ID, rec.Correlation, rec.Causation = id(v[1]), id(v[7]), id(v[8])
	rec.Tenant, rec.Actor = runtime.Tenant(c.names.text(v[6])), c.names.text(v[9])
	rec.OccurredAt, rec.RecordedAt = time.UnixMicro(occurred).UTC(), time.UnixMicro(recorded).UTC()
	rec.Data, _ = v[13].([]byte)
	if headers, _ := v[12].([]byte); headers != nil {
		if err := json.Unmarshal(headers, &rec.Headers); err != nil {
			return rec, fmt.Errorf("headers of the event at position %d: %w", position, err)
		}
	}
	return rec, nil
}

func id(v driver.Value) (out uuid.UUID) {
	b, _ := v.([]byte)
	copy(out[:], b)
	return out
}

// insert writes a record that has been numbered.
func (c *conn) insert(rec *runtime.Record) error {
	var headers driver.Value
	if len(rec.Headers) > 0 {
		text, err := json.Marshal(rec.Headers)
		if err != nil {
			return fmt.Errorf("headers: %w", err)
		}
		headers = string(text)
	}
	return c.exec(insertEvent,
		int64(rec.Position), rec.ID[:], rec.Stream.String(), int64(rec.StreamVersion), rec.Type, int64(rec.Version),
		string(rec.Tenant), rec.Correlation[:], rec.Causation[:], rec.Actor, rec.OccurredAt.UnixMicro(), rec.RecordedAt.UnixMicro(),
		headers, rec.Data)
}

// find returns the record with an id, or nil.
func (c *conn) find(id uuid.UUID) (found *runtime.Record, err error) {
	err = c.query(selectByID, []driver.Value{id[:]}, func(v []driver.Value) error {
		rec, err := c.record(v)
		found = &rec
		return err
	})
	return found, err
}

// findAll returns those that are there, once each, in order of position.
func (c *conn) findAll(ids []uuid.UUID) ([]runtime.Record, error) {
	var out []runtime.Record
	for _, id := range ids {
		rec, err := c.find(id)
		if err != nil {
			return nil, err
		}
		if rec != nil {
			out = append(out, *rec)
		}
	}
	slices.SortFunc(out, func(a, b runtime.Record) int { return int(a.Position - b.Position) })
	return slices.CompactFunc(out, func(a, b runtime.Record) bool { return a.ID == b.ID }), nil
}

package postgres

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
)

// eventColumns are those that decoder.record takes, in its order.
const eventColumns = `position, id, stream, version, type, type_version, tenant, correlation, causation, actor, occurred_at, recorded_at, headers, data`

// maxInterned bounds the strings that are kept to be used again: actors may be many.
const maxInterned = 4096

// Payloads are copied into blocks, so that a record costs no allocation of its
// own. One record keeps its block alive, so that blocks are small.
const (
	blockBytes = 32 << 10
	ownBlock   = blockBytes / 4
)

// decoder makes records of rows in PostgreSQL's binary format.
type decoder struct {
	names map[string]string
	block []byte
	// headerText is what headers were made of: those of one append are the same.
	headerText string
	headers    map[string]string
}

// record reads a row of eventColumns into rec. It copies what it keeps.
func (d *decoder) record(row [][]byte, rec *runtime.Record) error {
	rec.Position = runtime.Position(int64Of(row[0]))
	stream, err := runtime.ParseStreamID(d.text(row[2]))
	if err != nil {
		return fmt.Errorf("event at position %d: %w", rec.Position, err)
	}
	rec.Stream, rec.StreamVersion = stream, runtime.StreamVersion(int64Of(row[3]))
	rec.Type, rec.Version = d.text(row[4]), int(binary.BigEndian.Uint32(row[5]))
	rec.ID, rec.Correlation, rec.Causation = uuid.UUID(row[1]), uuid.UUID(row[7]), uuid.UUID(row[8])
	rec.Tenant, rec.Actor = runtime.Tenant(d.text(row[6])), d.text(row[9])
	rec.OccurredAt, rec.RecordedAt = timeOf(row[10]), timeOf(row[11])
	rec.Data = d.copy(row[13])
	if rec.Headers, err = d.header(row[12]); err != nil {
		return fmt.Errorf("headers of the event at position %d: %w", rec.Position, err)
	}
	return nil
}

// text returns one string for equal bytes.
func (d *decoder) text(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	if s, ok := d.names[string(b)]; ok {
		return s
	}
	if d.names == nil {
		d.names = make(map[string]string)
	}
	if len(d.names) >= maxInterned {
		clear(d.names)
	}
	s := string(b)
	d.names[s] = s
	return s
}

func (d *decoder) copy(b []byte) []byte {
	if len(b) >= ownBlock {
		return append([]byte(nil), b...)
	}
	if len(b) > cap(d.block)-len(d.block) {
		d.block = make([]byte, 0, blockBytes)
	}
	start := len(d.block)
	d.block = append(d.block, b...)
	return d.block[start:len(d.block):len(d.block)]
}

func (d *decoder) header(b []byte) (map[string]string, error) {
	if b == nil {
		return nil, nil
	}
	if d.headers != nil && d.headerText == string(b) {
		return d.headers, nil
	}
	var headers map[string]string
	if err := json.Unmarshal(b, &headers); err != nil {
		return nil, err
	}
	d.headerText, d.headers = string(b), headers
	return headers, nil
}

func int64Of(b []byte) int64 { return int64(binary.BigEndian.Uint64(b)) }

// timeOf reads microseconds since the year 2000.
func timeOf(b []byte) time.Time {
	const year2000 = 946_684_800_000_000
	return time.UnixMicro(int64Of(b) + year2000).UTC()
}

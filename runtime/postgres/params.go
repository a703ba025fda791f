package postgres

import (
	"encoding/binary"
	"time"

	"github.com/google/uuid"
)

// Types of array elements, by their fixed numbers in pg_type.
const (
	oidBytea       = 17
	oidInt8        = 20
	oidInt4        = 23
	oidText        = 25
	oidTimestamptz = 1184
	oidUUID        = 2950
)

// epoch is where PostgreSQL counts from, in microseconds since 1970.
const epoch = 946_684_800_000_000

// params writes the parameters of a statement in binary, all into one block of
// memory. Going by way of pgx's own encoders costs about ten times as much.
type params struct {
	block []byte
	spans []span
}

// span is where a parameter stands in the block, or a value elsewhere.
type span struct {
	from, to int
	aside    []byte
	null     bool
}

func (p *params) reset() {
	clear(p.spans)
	p.block, p.spans = p.block[:0], p.spans[:0]
}

// values returns the parameters in order. They stay valid until the next reset.
func (p *params) values() [][]byte {
	out := make([][]byte, len(p.spans))
	for i, s := range p.spans {
		switch {
		case s.null:
		case s.aside != nil:
			out[i] = s.aside
		default:
			out[i] = p.block[s.from:s.to:s.to]
		}
	}
	return out
}

// scalar adds what f appends to the block as one parameter.
func (p *params) scalar(f func(block []byte) []byte) {
	from := len(p.block)
	p.block = f(p.block)
	p.spans = append(p.spans, span{from: from, to: len(p.block)})
}

func (p *params) text(s string) { p.scalar(func(b []byte) []byte { return append(b, s...) }) }

func (p *params) id(id uuid.UUID) { p.scalar(func(b []byte) []byte { return append(b, id[:]...) }) }

func (p *params) int8(n int64) {
	p.scalar(func(b []byte) []byte { return binary.BigEndian.AppendUint64(b, uint64(n)) })
}

func (p *params) int4(n int) {
	p.scalar(func(b []byte) []byte { return binary.BigEndian.AppendUint32(b, uint32(n)) })
}

func (p *params) time(t time.Time) { p.int8(t.UnixMicro() - epoch) }

// bytes adds b without copying it; nil is NULL.
func (p *params) bytes(b []byte) { p.spans = append(p.spans, span{aside: b, null: b == nil}) }

// array adds n elements; element appends element i to the block, its length
// first, by one of the functions below.
func (p *params) array(oid uint32, n int, element func(block []byte, i int) []byte) {
	p.scalar(func(b []byte) []byte {
		b = binary.BigEndian.AppendUint32(b, uint32(min(n, 1))) // dimensions
		b = binary.BigEndian.AppendUint32(b, 1)                 // there may be NULLs
		b = binary.BigEndian.AppendUint32(b, oid)
		if n == 0 {
			return b
		}
		b = binary.BigEndian.AppendUint32(b, uint32(n))
		b = binary.BigEndian.AppendUint32(b, 1) // the first index
		for i := range n {
			b = element(b, i)
		}
		return b
	})
}

func appendText(b []byte, s string) []byte {
	return append(binary.BigEndian.AppendUint32(b, uint32(len(s))), s...)
}

func appendBytes(b, value []byte) []byte {
	if value == nil {
		return binary.BigEndian.AppendUint32(b, 0xffffffff)
	}
	return append(binary.BigEndian.AppendUint32(b, uint32(len(value))), value...)
}

func appendID(b []byte, id uuid.UUID) []byte {
	return append(binary.BigEndian.AppendUint32(b, 16), id[:]...)
}

func appendInt8(b []byte, n int64) []byte {
	return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint32(b, 8), uint64(n))
}

func appendInt4(b []byte, n int) []byte {
	return binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(b, 4), uint32(n))
}

func appendTime(b []byte, t time.Time) []byte { return appendInt8(b, t.UnixMicro()-epoch) }

// readInt8 is 0 for NULL.
func readInt8(v []byte) int64 {
	if len(v) != 8 {
		return 0
	}
	return int64(binary.BigEndian.Uint64(v))
}

// readInt4 is 0 for NULL.
func readInt4(v []byte) int {
	if len(v) != 4 {
		return 0
	}
	return int(int32(binary.BigEndian.Uint32(v)))
}

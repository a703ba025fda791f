package reading

import (
	"time"
	"unsafe"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime/codec"
	"github.com/evgen/evgen/runtime/decimal"
	"github.com/evgen/evgen/schema/model"
)

// record is what every struct is decoded into. Only the error of a decode is of interest, so all fields of one Go
// type share one slot, and a struct in a struct is the struct itself: later values overwrite earlier ones. Each slot
// holds one layout only, so the garbage collector always finds pointers where it looks for them.
type record struct {
	text     string
	flag     bool
	int32    int32
	int64    int64
	uint32   uint32
	uint64   uint64
	float32  float32
	float64  float64
	bytes    []byte
	uuid     uuid.UUID
	time     time.Time
	date     codec.Date
	clock    codec.TimeOfDay
	duration codec.Duration
	decimal  decimal.Decimal
	scalar   codec.Scalar
	table    map[string]byte
	many     codec.OneOrMany[byte]
	union    variant
	boxed    unsafe.Pointer
	unknown  codec.Unknown
}

// variant is the interface of all unions, record that of all branches.
type variant interface{ variant() }

func (record) variant() {}

// otherBranch is a branch that a union does not name.
type otherBranch codec.UnknownBranch

func (otherBranch) variant() {}

// slot is a builtin type of the codec and where a required value of it goes.
type slot struct {
	id     codec.ID
	offset uintptr
}

// slots are the types that need no entry in a table.
var slots = map[model.Kind]slot{
	model.String:    {codec.String, unsafe.Offsetof(record{}.text)},
	model.URI:       {codec.URI, unsafe.Offsetof(record{}.text)},
	model.Email:     {codec.Email, unsafe.Offsetof(record{}.text)},
	model.Bool:      {codec.Bool, unsafe.Offsetof(record{}.flag)},
	model.Int32:     {codec.Int32, unsafe.Offsetof(record{}.int32)},
	model.Int64:     {codec.Int64, unsafe.Offsetof(record{}.int64)},
	model.Uint32:    {codec.Uint32, unsafe.Offsetof(record{}.uint32)},
	model.Uint64:    {codec.Uint64, unsafe.Offsetof(record{}.uint64)},
	model.Float32:   {codec.Float32, unsafe.Offsetof(record{}.float32)},
	model.Float64:   {codec.Float64, unsafe.Offsetof(record{}.float64)},
	model.Bytes:     {codec.Bytes, unsafe.Offsetof(record{}.bytes)},
	model.JSON:      {codec.JSONType, unsafe.Offsetof(record{}.bytes)},
	model.UUID:      {codec.UUID, unsafe.Offsetof(record{}.uuid)},
	model.Timestamp: {codec.Timestamp, unsafe.Offsetof(record{}.time)},
	model.Date:      {codec.DateType, unsafe.Offsetof(record{}.date)},
	model.Time:      {codec.TimeType, unsafe.Offsetof(record{}.clock)},
	model.Duration:  {codec.DurationType, unsafe.Offsetof(record{}.duration)},
}

// encodedIDs are the codec's types of encodings; the slot is that of the kind.
var encodedIDs = map[model.Encoding]map[model.Kind]codec.ID{
	model.EncodingString: {model.Int64: codec.Int64Text, model.Uint64: codec.Uint64Text},
	model.EncodingUnixS:  {model.Timestamp: codec.UnixSeconds},
	model.EncodingUnixMS: {model.Timestamp: codec.UnixMillis},
	model.EncodingUnixUS: {model.Timestamp: codec.UnixMicros},
}

// inPlace are the kinds whose Go type has a nil of its own: an optional value stands where a required one would.
var inPlace = map[model.Kind]bool{model.List: true, model.Map: true, model.Bytes: true, model.JSON: true}

// Package sample is written as generated code is: every shape that a schema can ask for, once.
package sample

import (
	"time"

	"github.com/evgen/evgen/runtime/codec"
	"github.com/evgen/evgen/runtime/codec/internal/billing"
	"github.com/evgen/evgen/runtime/decimal"
	"github.com/google/uuid"
)

// Scalars holds every builtin type as a required field.
type Scalars struct {
	S    string
	B    bool
	I32  int32
	I64  int64
	U32  uint32
	U64  uint64
	I64T int64
	U64T uint64
	F32  float32
	F64  float64
	Raw  []byte
	ID   uuid.UUID
	Link string
	Mail string
	At   time.Time
	Sec  time.Time
	Ms   time.Time
	Us   time.Time
	Day  codec.Date
	Noon codec.TimeOfDay
	Took codec.Duration
	Any  codec.JSON
	Dec  decimal.Decimal
	Kind Kind
	Lvl  Level
	Sum  StringOrInt64
}

// Kind is an open string enum.
type Kind string

// The kinds.
const (
	KindA Kind = "a"
	KindB Kind = "b"
)

// Level is a closed integer enum.
type Level int64

// The levels.
const (
	LevelLow  Level = 1
	LevelHigh Level = 2
)

// StringOrInt64 is a string or an int64.
type StringOrInt64 codec.Scalar

// StringOrInt64OfString holds v.
func StringOrInt64OfString(v string) StringOrInt64 { return StringOrInt64(codec.ScalarOfString(v)) }

// Optionals holds the presence states.
type Optionals struct {
	Text    *string
	Number  *int64
	When    *time.Time
	List    []string
	Map     map[string]int64
	Any     codec.JSON
	Raw     []byte
	Pay     Payment
	Node    *Node
	Or      *codec.OneOrMany[string]
	Null    *string
	NullRaw codec.JSON
	NullMap map[string]string
	NullPay Payment
	Maybe   codec.Maybe[string]
	MaybeN  codec.Maybe[Node]
	MaybeL  codec.Maybe[[]int64]
	Secret  *string
	Sum     *StringOrInt64
	Dec     *decimal.Decimal
}

// Node is recursive, and keeps what it does not know.
type Node struct {
	Name    string
	Next    *Node
	Kids    []Node
	ByName  map[string]Node
	Unknown codec.Unknown
}

// Collections holds lists and maps of everything.
type Collections struct {
	Strings  []string
	Floats   []float32
	Doubles  []float64
	Kinds    []Kind
	NullInts []*int64
	Lists    [][]string
	Pays     []Payment
	Money    []billing.Money
	Decimals []decimal.Decimal
	Times    []time.Time
	Anys     []codec.JSON
	One      codec.OneOrMany[string]
	OneInt   codec.OneOrMany[int64]
	OneNode  codec.OneOrMany[Node]
	Strs     map[string]string
	Moneys   map[string]billing.Money
	PayMap   map[string]Payment
	MapMap   map[string]map[string]bool
	NullMap  map[string]*float64
	ListMap  map[string][]Kind
	Sums     []StringOrInt64
}

// Payment is a tagged union.
type Payment interface{ isPayment() }

// Card is a branch.
type Card struct {
	Number string
	Holder *string
}

// Cash is a branch one pointer wide, which Go holds in the interface itself.
type Cash struct{ Note *string }

// Empty is a branch without members.
type Empty struct{}

// PaymentUnknown keeps a branch that this build does not know.
type PaymentUnknown struct {
	Tag string
	Raw codec.JSON
}

func (Card) isPayment()           {}
func (Cash) isPayment()           {}
func (Empty) isPayment()          {}
func (PaymentUnknown) isPayment() {}

// Constrained carries every constraint.
type Constrained struct {
	Age    int32
	Count  uint64
	Ratio  float64
	Name   string
	Code   *string
	Tags   []string
	Fixed  string
	Level  Level
	Link   string
	Mail   string
	Money  billing.Money
	Pay    Payment
	Scores map[string]float64
	Blob   []byte
	Secret map[string]string
}

package runtime

import (
	"math"
	"time"
)

// LoadSpec is what the options of a load amount to, for the authors of stores.
type LoadSpec struct {
	// From and To bound the versions, both inclusive. To is 0 for no bound and
	// negative to select nothing.
	From, To StreamVersion
	// AsOf, unless zero, cuts the stream before its first event recorded later.
	AsOf time.Time
	// Limit bounds the number of records; 0 is no bound.
	Limit int
	// Backwards yields the newest record first.
	Backwards bool
}

// LoadOption narrows a load.
type LoadOption func(*LoadSpec)

// FromVersion starts at version v; 0 and 1 start at the first event.
func FromVersion(v StreamVersion) LoadOption { return func(s *LoadSpec) { s.From = max(v, 1) } }

// ToVersion ends with version v. Versions below 1 select nothing.
func ToVersion(v StreamVersion) LoadOption {
	if v < 1 {
		v = -1
	}
	return func(s *LoadSpec) { s.To = v }
}

// AsOf travels in time: it ends before the first event that was recorded after
// t, and so yields what the store knew at t.
func AsOf(t time.Time) LoadOption { return func(s *LoadSpec) { s.AsOf = t } }

// Limit yields at most n records. 0 or less means no limit.
func Limit(n int) LoadOption { return func(s *LoadSpec) { s.Limit = max(n, 0) } }

// Backwards yields the newest record first.
func Backwards() LoadOption { return func(s *LoadSpec) { s.Backwards = true } }

// NewLoadSpec applies the options in order.
func NewLoadSpec(opts []LoadOption) LoadSpec {
	spec := LoadSpec{From: 1}
	for _, opt := range opts {
		opt(&spec)
	}
	return spec
}

// Upper returns the last version to load, math.MaxInt64 for no bound.
func (s *LoadSpec) Upper() StreamVersion {
	if s.To == 0 {
		return math.MaxInt64
	}
	return s.To
}

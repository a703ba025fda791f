package runtime

import "slices"

// Filter selects records. An empty field selects all; within a field any value
// matches, and all fields must match. The zero Filter selects everything.
type Filter struct {
	// Types are wire types as stored: see [Registry.StoredTypes] for those from
	// which an event of today may come.
	Types []string
	// Categories and Streams select by stream.
	Categories []string
	Streams    []StreamID
	Tenants    []Tenant
	// Until, unless 0, is the last position to read.
	Until Position
}

// Matches reports whether f lets the record of m through.
func (f *Filter) Matches(m *Meta) bool {
	return selects(f.Types, m.Type) &&
		selects(f.Categories, m.Stream.Category()) &&
		selects(f.Streams, m.Stream) &&
		selects(f.Tenants, m.Tenant) &&
		(f.Until == 0 || m.Position <= f.Until)
}

func selects[T comparable](wanted []T, got T) bool {
	return len(wanted) == 0 || slices.Contains(wanted, got)
}

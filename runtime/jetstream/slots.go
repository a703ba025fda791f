package jetstream

import "fmt"

// slotsHeader says for which slots a message's mark counts.
const slotsHeader = "evgen-slots"

// slots are those of a shard, both bounds inclusive.
type slots struct{ first, last int }

// parseSlots reads the text form back. What cannot be read holds no slot.
func parseSlots(text string) slots {
	var s slots
	if n, err := fmt.Sscanf(text, "%d-%d", &s.first, &s.last); n < 2 || err != nil {
		return slots{0, -1}
	}
	return s
}

// String returns "0-1023".
func (s slots) String() string { return fmt.Sprintf("%d-%d", s.first, s.last) }

// hold reports whether all of other are among s.
func (s slots) hold(other slots) bool { return s.first <= other.first && other.last <= s.last }

package projection

import (
	"fmt"
	"strings"
	"time"

	"github.com/evgen/evgen/runtime"
)

// Version is one build of a projection: its own tables, its own checkpoints.
type Version struct {
	ID     string
	Number int // counts the versions of ID in this database, from 1
	Digest string
	State  State
	// Tables are the names as readers know them; see [Version.Table].
	Tables []string
	// Incarnation is the life of the store that the checkpoints refer to. It is
	// empty until a runner has made the version's tables.
	Incarnation runtime.Incarnation
	// Loaded says that the bulk load has been finished.
	Loaded bool
	// EffectsFrom is the position after which side effects of this version are
	// its own: those up to it belong to the version that was live before.
	EffectsFrom runtime.Position
	CreatedAt   time.Time
	// LiveAt is when the version was last swapped in, zero if never.
	LiveAt time.Time
}

// Table returns the name of the version's own table for a name that readers
// know: memory_list_v2.
func (v *Version) Table(name string) string { return fmt.Sprintf("%s_v%d", name, v.Number) }

// String returns "memory_list v2".
func (v *Version) String() string { return fmt.Sprintf("%s v%d", v.ID, v.Number) }

// ConsumerDigest is the digest of versions whose checkpoints are offsets in a
// partition of a broker, rather than positions of a store.
const ConsumerDigest = "consumer"

// Consumes reports whether v follows a broker: then its ID is that of the consumer,
// a dot, and the name of the partition.
func (v *Version) Consumes() bool { return v.Digest == ConsumerDigest }

// ReactionDigest is the digest of versions whose effects are events. It does not tell
// the declaration: other code goes on where the version stands.
const ReactionDigest = "reaction"

// Reacts reports whether v emits events, which cannot be taken back.
func (v *Version) Reacts() bool {
	return v.Digest == ReactionDigest || strings.HasPrefix(v.Digest, ReactionDigest+"/")
}

// Partition parts the ID of a consumer's partition, "orders.mails.EVENTS", into the
// names of both. Names of consumers may hold dots, those of partitions hold none.
func (v *Version) Partition() (consumer, partition string) {
	at := strings.LastIndexByte(v.ID, '.')
	if at < 0 {
		return v.ID, ""
	}
	return v.ID[:at], v.ID[at+1:]
}

// Effects reports whether side effects of an event at position belong to v.
func (v *Version) Effects(position runtime.Position) bool {
	return v.State == Live && position > v.EffectsFrom
}

// State says what a version is good for.
type State string

// The states of a version. Building, live and standby ones follow the store.
const (
	Building State = "building" // is filled; nobody reads it
	Live     State = "live"     // is what readers see
	Standby  State = "standby"  // was live, follows silently, can be swapped back
	Retired  State = "retired"  // its tables are dropped
)

// Shard is a range of slots of one version, with its own checkpoint.
type Shard struct {
	Index int
	// First and Last bound the slots, both inclusive.
	First, Last int
	// Position is the checkpoint: all events up to it have had their effect or
	// wait in the dead letters.
	Position runtime.Position
	// Epoch grows each time the shard changes hands.
	Epoch int64
	// Owner holds the lease until LeasedUntil, by the database's clock, and Leased
	// says whether it did when the shard was read.
	Owner       string
	LeasedUntil time.Time
	Leased      bool
	// Paused says why nothing moves; empty if all is well.
	Paused    string
	UpdatedAt time.Time
	// Hold is a position that the shard must not pass for HoldFor from when it was
	// read, by the database's clock; HoldFor is 0 if it may.
	Hold    runtime.Position
	HoldFor time.Duration
}

// Holds reports whether slot belongs to the shard.
func (s *Shard) Holds(slot int) bool { return slot >= s.First && slot <= s.Last }

// Lease is the right to move a shard's checkpoint.
type Lease struct {
	Version Version
	Shard   Shard
	Owner   string
	Epoch   int64
}

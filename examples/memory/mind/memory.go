package mind

import (
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/examples/memory/events/memory"
)

// Status says what has become of a memory.
type Status string

// The statuses. The zero Status is that of a memory that was never captured.
const (
	Kept      Status = "kept"
	Absorbed  Status = "absorbed"
	Forgotten Status = "forgotten"
)

// Memory is one remembered item, folded from its events. Its fields are
// exported so that snapshots can hold it.
type Memory struct {
	Status    Status
	Text      string
	Source    memory.Source
	CreatedAt time.Time
	Rewordings,
	Accesses int
	LastAccess time.Time
	// Strength is the importance at the time StrengthAt; see Importance.
	Strength   float64
	StrengthAt time.Time
	// Embedding is what the words mean, nil until somebody has computed it; after a
	// rewording it is that of the old words until then.
	Embedding []float32
	// Parts are the memories that this one stands for.
	Parts []uuid.UUID
	// Into is the memory that stands for this one, if it was absorbed.
	Into uuid.UUID
	// Reason is why it was forgotten.
	Reason string
}

// stateDigest stands for the shape of Memory and the code that folds it. Change
// it with either, and old snapshots are ignored.
const stateDigest = "2"

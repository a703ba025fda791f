package runtime

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// ForImport returns rec as an [Importer] stores it, with its times filled in and
// rounded, or an error that says what rec lacks.
func ForImport(rec Record, now time.Time) (Record, error) {
	if err := rec.importable(); err != nil {
		return rec, fmt.Errorf("import event %s: %w", rec.ID, err)
	}
	if rec.RecordedAt.IsZero() {
		rec.RecordedAt = now
	}
	if rec.OccurredAt.IsZero() {
		rec.OccurredAt = rec.RecordedAt
	}
	rec.OccurredAt, rec.RecordedAt = Timestamp(rec.OccurredAt), Timestamp(rec.RecordedAt)
	rec.Ordinal = 0
	return rec, nil
}

func (r *Record) importable() error {
	switch {
	case r.ID == uuid.Nil:
		return errors.New("it has no id")
	case r.Type == "":
		return errors.New("it has no type")
	case r.Version < 1:
		return fmt.Errorf("version %d is below 1", r.Version)
	case r.Correlation == uuid.Nil || r.Causation == uuid.Nil:
		return ErrNoCause
	case !json.Valid(r.Data):
		return errors.New("payload is not JSON")
	}
	return r.Stream.Check()
}

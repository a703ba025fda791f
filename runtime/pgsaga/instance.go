package pgsaga

import (
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/saga"
)

// instanceColumns are those of a saga s. What is due in a hundred years never is.
const instanceColumns = `s.saga, s.tenant, s.id, s.digest, s.state, s.step, s.attempts, s.lost, s.version, s.owner, s.undo, s.stuck, s.data, s.failure, s.cancel,
	s.event, s.ordinal, s.correlation, CASE WHEN s.due_at < clock_timestamp() + interval '100 years' THEN s.due_at END, s.deadline, s.started_at, s.updated_at`

// instanceRow is where instanceColumns are scanned into.
type instanceRow struct {
	saga.Instance
	tenant, id, data []byte
	due, deadline    *time.Time
}

func (r *instanceRow) targets() []any {
	return []any{
		&r.Saga, &r.tenant, &r.id, &r.Digest, &r.State, &r.Step, &r.Attempts, &r.Lost, &r.Version, &r.Owner, &r.Undo, &r.Stuck, &r.data, &r.Failure, &r.Cancel,
		&r.Start.Event, &r.Start.Ordinal, &r.Start.Correlation, &r.due, &r.deadline, &r.StartedAt, &r.UpdatedAt,
	}
}

func (r *instanceRow) instance() saga.Instance {
	s := r.Instance
	s.Tenant, s.ID = runtime.Tenant(r.tenant), string(r.id)
	if r.data != nil {
		s.Data = json.RawMessage(r.data)
	}
	s.DueAt, s.Deadline = instant(r.due), instant(r.deadline)
	s.StartedAt, s.UpdatedAt = s.StartedAt.UTC(), s.UpdatedAt.UTC()
	return s
}

func scanInstance(row pgx.CollectableRow) (saga.Instance, error) {
	r := instanceRow{}
	err := row.Scan(r.targets()...)
	return r.instance(), err
}

// instant is the zero time for NULL.
func instant(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.UTC()
}

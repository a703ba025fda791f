package sqlitesaga

import (
	"database/sql"
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/saga"
)

const instanceColumns = `saga, tenant, id, digest, state, step, attempts, lost, version, owner, undo, stuck, data, failure, cancel,
	event, ordinal, correlation, due_at, deadline, started_at, updated_at, wait_until, mail, former`

// never is when sagas are due that wait for ever.
const never = int64(1) << 62

// scanClaim reads instanceColumns; now is the time from which what is left counts.
func scanClaim(now int64) func(rows *sql.Rows) (saga.Claim, error) {
	return func(rows *sql.Rows) (c saga.Claim, err error) {
		var tenant, id []byte
		var undo, stuck, event, correlation string
		var data sql.NullString
		var due, started, updated int64
		var deadline, until sql.NullInt64
		err = rows.Scan(&c.Saga, &tenant, &id, &c.Digest, &c.State, &c.Step, &c.Attempts, &c.Lost, &c.Version, &c.Owner, &undo, &stuck, &data, &c.Failure, &c.Cancel,
			&event, &c.Start.Ordinal, &correlation, &due, &deadline, &started, &updated, &until, &c.Mail, &c.Former)
		if err != nil {
			return c, err
		}
		c.Tenant, c.ID = runtime.Tenant(tenant), string(id)
		c.StartedAt, c.UpdatedAt, c.DueAt, c.Deadline = instant(started), instant(updated), instant(due), instant(deadline.Int64)
		c.Left, c.WaitLeft = span(deadline, now), span(until, now)
		if data.Valid {
			c.Data = json.RawMessage(data.String)
		}
		return c, firstError(
			json.Unmarshal([]byte(undo), &c.Undo), json.Unmarshal([]byte(stuck), &c.Stuck),
			parse(&c.Start.Event, event), parse(&c.Start.Correlation, correlation))
	}
}

// scanInstance is scanClaim of what is not claimed.
func scanInstance(now int64) func(rows *sql.Rows) (saga.Instance, error) {
	return func(rows *sql.Rows) (saga.Instance, error) {
		c, err := scanClaim(now)(rows)
		return c.Instance, err
	}
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func parse(id *uuid.UUID, text string) (err error) {
	*id, err = uuid.Parse(text)
	return err
}

// instant is the zero time for none, and for never.
func instant(micros int64) time.Time {
	if micros == 0 || micros == never {
		return time.Time{}
	}
	return time.UnixMicro(micros).UTC()
}

// span is the time from now to an instant, [saga.Never] for none.
func span(at sql.NullInt64, now int64) time.Duration {
	if !at.Valid || at.Int64-now > int64(saga.Never/time.Microsecond) {
		return saga.Never
	}
	return time.Duration(at.Int64-now) * time.Microsecond
}

// list is a JSON array, also of nothing.
func list(names []string) string {
	text, _ := json.Marshal(append([]string{}, names...)) // strings never fail
	return string(text)
}

package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/evgen/evgen/runtime"
)

// lostError says that a statement was sent in a session and that its outcome did
// not come back.
type lostError struct {
	process server
	err     error
}

func (e *lostError) Error() string { return "link lost: " + e.err.Error() }
func (e *lostError) Unwrap() error { return e.err }

// errNotWritten says that an append whose link was lost has left nothing, and
// will leave nothing: it may be sent again.
var errNotWritten = errors.New("link was lost before anything was written")

// patience is how long a lost outcome is looked for while the caller's context lasts.
const patience = 15 * time.Second

const (
	selectSession = `SELECT pid, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()`

	// endSession ends a session of which it is known when it began, so that none that
	// got its number later is hit, and waits for its end. A row says that it is not
	// gone yet unless it is true.
	endSession = `SELECT $2::timestamptz IS NOT NULL AND pg_terminate_backend(pid, 1000) FROM pg_stat_activity
		WHERE pid = $1 AND backend_start = coalesce($2, backend_start)`

	// events_by_id, once for each id: an ANY would be planned for a table as small
	// as it was when the plan was made
	selectStored = `SELECT e.position, e.id, e.stream, e.version, e.type, e.type_version, e.tenant, e.data
		FROM unnest($1::uuid[]) looked (id)
		CROSS JOIN LATERAL (SELECT * FROM {schema}.events e WHERE e.id = looked.id LIMIT 1) e`
)

// server is a process of the server's: its number, and when it began, nil if it
// serves a pool of the caller's, whose sessions are not ours to end.
type server struct {
	pid   uint32
	start *time.Time
}

// sessionKey is where a connection keeps its session.
const sessionKey = "evgen.session"

// remember notes the session of a new connection of a pool of ours.
func remember(ctx context.Context, conn *pgx.Conn) error {
	var s server
	if err := conn.QueryRow(ctx, selectSession).Scan(&s.pid, &s.start); err != nil {
		return err
	}
	conn.PgConn().CustomData()[sessionKey] = s
	return nil
}

func serverOf(conn *pgx.Conn) server {
	if s, known := conn.PgConn().CustomData()[sessionKey].(server); known {
		return s
	}
	return server{pid: conn.PgConn().PID()}
}

func unknown(b *runtime.Batch, err error) error {
	ids := make([]uuid.UUID, len(b.Records))
	for i := range b.Records {
		ids[i] = b.Records[i].ID
	}
	return &UnknownOutcomeError{IDs: ids, Err: err}
}

// resolve gives members whose statement was lost their outcome: that of the
// events that are there, or to be sent again.
func (g *group) resolve(ctx context.Context, lost *lostError, members []*request) {
	for i, r := range members {
		r.out, r.err = g.resolveOne(ctx, lost, r.batch)
		var unknowable *UnknownOutcomeError
		switch {
		case errors.As(r.err, &unknowable):
			for _, rest := range members[i+1:] {
				rest.err = unknown(rest.batch, lost)
			}
			return
		case r.err != nil:
			r.err = errGoAlone
		}
	}
}

// resolveOne finds out, on other connections, whether a lost append took place.
// It returns errNotWritten if it did not, and an *UnknownOutcomeError if that
// cannot be found out within patience, or within grace after ctx has ended.
func (g *group) resolveOne(ctx context.Context, lost *lostError, b *runtime.Batch) (runtime.Appended, error) {
	within, cancel := outliving(ctx)
	defer cancel()
	for retry := 1; ; retry++ {
		out, err := g.lookUp(within, lost.process, b)
		if err == nil || errors.Is(err, errNotWritten) {
			return out, err
		}
		if errors.Is(err, runtime.ErrClosed) || pause(within, retry) != nil {
			return runtime.Appended{}, unknown(b, errors.Join(lost, ctx.Err()))
		}
	}
}

// outliving returns a context that ends with patience, or grace after ctx.
func outliving(ctx context.Context) (context.Context, context.CancelFunc) {
	out, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	stop := context.AfterFunc(ctx, func() {
		timer := time.AfterFunc(grace, cancel)
		context.AfterFunc(out, func() { timer.Stop() })
	})
	return out, func() { stop(); cancel() }
}

func (g *group) lookUp(ctx context.Context, lost server, b *runtime.Batch) (runtime.Appended, error) {
	conn, err := g.store.acquire(ctx)
	if err != nil {
		return runtime.Appended{}, err
	}
	defer conn.Release()
	if err := end(ctx, conn.Conn(), lost); err != nil {
		return runtime.Appended{}, err
	}
	return g.writer.found(ctx, conn.Conn(), b)
}

// end makes sure that a session is over, and what it was sent with it: one of ours
// it ends, for one of the caller's it is an error that it is not over yet.
func end(ctx context.Context, conn *pgx.Conn, s server) error {
	var gone bool
	err := conn.QueryRow(ctx, endSession, int32(s.pid), s.start).Scan(&gone)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return nil
	case err == nil && !gone:
		return fmt.Errorf("server process %d is still at work", s.pid)
	}
	return err
}

// found returns where the events of b stand, or errNotWritten. A batch with ids that
// can be repeated is left to the append's own lookup, which compares contents.
func (w *writer) found(ctx context.Context, conn *pgx.Conn, b *runtime.Batch) (runtime.Appended, error) {
	if b.LookupIDs() != nil {
		return runtime.Appended{}, errNotWritten
	}
	ends, err := w.stored(ctx, conn, []uuid.UUID{b.Records[0].ID, b.Records[len(b.Records)-1].ID})
	if err != nil {
		return runtime.Appended{}, err
	}
	first, last := ends[0], ends[1]
	if first == nil || last == nil {
		return runtime.Appended{}, errNotWritten
	}
	return runtime.Appended{
		First: first.StreamVersion, Last: last.StreamVersion,
		FirstPosition: first.Position, Position: last.Position,
	}, nil
}

// stored returns, for each id, the stored record as far as an append compares it, or nil.
func (w *writer) stored(ctx context.Context, conn *pgx.Conn, ids []uuid.UUID) ([]*runtime.Record, error) {
	var p params
	p.array(oidUUID, len(ids), func(b []byte, i int) []byte { return appendID(b, ids[i]) })
	byID := make(map[uuid.UUID]*runtime.Record, len(ids))
	err := w.lookup.run(ctx, conn, &p, func(v [][]byte) error {
		rec, err := storedRecord(v)
		byID[rec.ID] = &rec
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look up events: %w", err)
	}
	out := make([]*runtime.Record, len(ids))
	for i, id := range ids {
		out[i] = byID[id]
	}
	return out, nil
}

func storedRecord(v [][]byte) (rec runtime.Record, err error) {
	rec.Position = runtime.Position(readInt8(v[0]))
	copy(rec.ID[:], v[1])
	if rec.Stream, err = runtime.ParseStreamID(string(v[2])); err != nil {
		return rec, fmt.Errorf("event at position %d: %w", rec.Position, err)
	}
	rec.StreamVersion = runtime.StreamVersion(readInt8(v[3]))
	rec.Type, rec.Version = string(v[4]), readInt4(v[5])
	rec.Tenant, rec.Data = runtime.Tenant(v[6]), append([]byte{}, v[7]...)
	return rec, nil
}

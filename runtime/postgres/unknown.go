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

// lostError says that a statement was sent on the connection of a server process
// and that its outcome did not come back.
type lostError struct {
	pid uint32
	err error
}

func (e *lostError) Error() string { return "link lost: " + e.err.Error() }
func (e *lostError) Unwrap() error { return e.err }

// errNotWritten says that an append whose link was lost has left nothing, and
// will leave nothing: it may be sent again.
var errNotWritten = errors.New("link was lost before anything was written")

// patience is how long a lost outcome is looked for while the caller's context lasts.
const patience = 15 * time.Second

const (
	// endProcess ends the server process that may still be at work on a lost
	// statement, and waits for it to be gone: only then is an answer final. A row
	// that is false says that it is not gone yet. The names keep a process of
	// somebody else's, who was given the same number meanwhile, out of it.
	endProcess = `SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity
		WHERE pid = $1 AND usename = current_user AND datname = current_database()
		AND application_name = current_setting('application_name')`

	// events_by_id, once for each id: an ANY would be planned for a table as small
	// as it was when the plan was made
	selectStored = `SELECT e.position, e.id, e.stream, e.version, e.type, e.type_version, e.tenant, e.data
		FROM unnest($1::uuid[]) looked (id)
		CROSS JOIN LATERAL (SELECT * FROM {schema}.events e WHERE e.id = looked.id LIMIT 1) e`
)

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
		out, err := g.lookUp(within, lost.pid, b)
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

func (g *group) lookUp(ctx context.Context, pid uint32, b *runtime.Batch) (runtime.Appended, error) {
	conn, err := g.store.acquire(ctx)
	if err != nil {
		return runtime.Appended{}, err
	}
	defer conn.Release()
	if err := end(ctx, conn.Conn(), pid); err != nil {
		return runtime.Appended{}, err
	}
	return g.writer.found(ctx, conn.Conn(), b)
}

// end makes sure that a server process is no longer there.
func end(ctx context.Context, conn *pgx.Conn, pid uint32) error {
	var gone bool
	err := conn.QueryRow(ctx, endProcess, int32(pid)).Scan(&gone)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return nil
	case err == nil && !gone:
		return fmt.Errorf("server process %d is still at work", pid)
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

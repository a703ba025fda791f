package postgres

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/evgen/evgen/runtime"
)

const (
	// selectSurvey reads what is known for certain above a position: where the log
	// ends (the primary key, backwards) and how far it goes without a gap (the
	// primary key, a short range). Where there is no gap nothing can appear. LIMIT
	// says that store has one row: a planner that guesses a thousand finds the
	// statement dear enough to compile it, which takes far longer than to run it.
	selectSurvey = `
SELECT pg_postmaster_start_time()::text || ' ' || pg_is_in_recovery()::text, pg_is_in_recovery(),
       s.incarnation::text, s.first_kept, s.safe, known.safe,
       coalesce((SELECT e.position FROM {schema}.events e WHERE e.position > known.safe ORDER BY e.position DESC LIMIT 1), known.safe),
       coalesce((SELECT max(run.position)
                 FROM (SELECT e.position, row_number() OVER (ORDER BY e.position) AS n
                       FROM {schema}.events e WHERE e.position > known.safe ORDER BY e.position LIMIT 256) AS run
                 WHERE run.position = known.safe + run.n), known.safe)
FROM (SELECT * FROM {schema}.store LIMIT 1) AS s, LATERAL (SELECT greatest($1, s.safe, s.first_kept - 1) AS safe) AS known`

	// selectHolders reads the lock table. The table's name is looked up each time,
	// so that a plan cannot outlive the table that it was made for.
	selectHolders = `
SELECT coalesce(array_agg(DISTINCT l.virtualtransaction), '{}')
FROM pg_locks l
WHERE l.locktype = 'relation' AND l.mode = 'RowExclusiveLock' AND l.granted
  AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
  AND l.relation = to_regclass('{'schema}.events')`

	// selectBlockers says who is behind virtual transactions.
	selectBlockers = `
SELECT l.virtualtransaction, coalesce(l.pid, 0), coalesce(a.application_name, ''), coalesce(a.state, ''),
       coalesce(a.xact_start, p.prepared), coalesce(p.gid, '')
FROM pg_locks l
LEFT JOIN pg_stat_activity a ON a.pid = l.pid
LEFT JOIN pg_locks x ON x.virtualtransaction = l.virtualtransaction AND x.locktype = 'transactionid' AND x.mode = 'ExclusiveLock'
LEFT JOIN pg_prepared_xacts p ON p.transaction = x.transactionid
WHERE l.locktype = 'relation' AND l.mode = 'RowExclusiveLock' AND l.granted
  AND l.relation = to_regclass('{'schema}.events') AND l.virtualtransaction = ANY($1)`

	// updateSafe waits neither for a lock nor for the disk: what it keeps is a
	// start for others, and an older one does as well.
	updateSafe = `
WITH free AS (SELECT one FROM {schema}.store WHERE safe < $1 FOR NO KEY UPDATE SKIP LOCKED),
     quick AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true) FROM free)
UPDATE {schema}.store s SET safe = $1, safe_at = clock_timestamp()
FROM free, quick WHERE s.one = free.one`
)

// read surveys the store for a reader who knows that safe is settled.
func (t *tracker) read(ctx context.Context, safe runtime.Position) (view, error) {
	conn, err := t.acquire(ctx)
	if err != nil {
		return view{}, err
	}
	defer conn.Release()
	var v view
	var start runtime.Position
	err = conn.QueryRow(ctx, t.queries.survey, int64(safe)).
		Scan(&v.life, &v.standby, &v.incarnation, &v.firstKept, &v.stored, &start, &v.last, &v.safe)
	if err != nil {
		return view{}, fmt.Errorf("look for the end of the log: %w", because(ctx, err))
	}
	v.safe = max(v.safe, start)
	return v, nil
}

// holders returns the transactions that may own positions.
func (t *tracker) holders(ctx context.Context) (ids []string, err error) {
	conn, err := t.acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Release()
	if err := conn.QueryRow(ctx, t.queries.holders).Scan(&ids); err != nil {
		return nil, fmt.Errorf("look for open appends: %w", because(ctx, err))
	}
	return ids, nil
}

// keeping is when the safe position was last written down, for trackers that
// begin and for standbys.
type keeping struct {
	at      time.Time
	refused bool
}

const keepEvery = time.Second

// keep writes the safe position down now and then. Failing is worth no more than
// a line in the log: who lacks the right to may still read.
func (t *tracker) keep(ctx context.Context, v *view) {
	if v.standby || t.kept.refused || v.safe <= v.stored || time.Since(t.kept.at) < keepEvery {
		return
	}
	t.kept.at = time.Now()
	conn, err := t.acquire(ctx)
	if err == nil {
		_, err = conn.Exec(ctx, t.queries.keepSafe, int64(v.safe))
		conn.Release()
	}
	if err = named(err); err == nil || ctx.Err() != nil {
		return
	}
	t.kept.refused = errors.Is(err, ErrNoRights) || errors.Is(err, ErrReadOnly)
	t.logger.LogAttrs(ctx, slog.LevelWarn, "safe position not written down", slog.Any("error", err))
}

// An append that has been open for so long is worth a warning, and another one
// each time it has been open for so much longer.
const holdUp = 5 * time.Second

// warn says who holds the log up.
func (t *tracker) warn(ctx context.Context, v *view) {
	if v.safe >= v.last || time.Since(t.warned) < holdUp {
		return
	}
	ids := v.appenders.longest(holdUp, time.Now())
	if len(ids) == 0 {
		return
	}
	t.warned = time.Now()
	if err := t.warnOf(ctx, v, ids); err != nil && ctx.Err() == nil {
		t.logger.LogAttrs(ctx, slog.LevelWarn, "the log is held up, and it cannot be found out by whom", slog.Any("error", err))
	}
}

func (t *tracker) warnOf(ctx context.Context, v *view, ids []string) error {
	conn, err := t.acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	rows, err := conn.Query(ctx, t.queries.blockers, ids)
	if err != nil {
		return named(err)
	}
	defer rows.Close()
	for rows.Next() {
		var id, application, state, gid string
		var pid int64
		var since *time.Time
		if err := rows.Scan(&id, &pid, &application, &state, &since, &gid); err != nil {
			return err
		}
		t.logger.LogAttrs(ctx, slog.LevelWarn, "an open transaction holds up readers of the log",
			slog.Int64("position", int64(v.safe)), slog.Int64("last", int64(v.last)),
			slog.Int64("pid", pid), slog.String("application_name", application), slog.String("state", state),
			slog.Any("xact_start", since), slog.String("prepared", gid))
	}
	return named(rows.Err())
}

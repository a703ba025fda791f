-- Appends several batches, of one or more events each, to streams that differ: each
-- is judged and written as in append_one.sql, whatever becomes of the others.
-- streams by its primary key, events by events_by_id
WITH judged AS MATERIALIZED (
    SELECT asked.*, s.version, s.tenant AS owner,
           EXISTS (SELECT FROM unnest($11::int[], $12::uuid[]) looked (batch, id)
                   CROSS JOIN LATERAL (SELECT FROM {schema}.events e WHERE e.id = looked.id LIMIT 1) found
                   WHERE looked.batch = asked.batch) AS known
    FROM set_config('lock_timeout', coalesce($19::text, current_setting('lock_timeout')), true) waits
    CROSS JOIN unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::int[], $6::uuid[], $7::uuid[], $8::text[], $9::timestamptz[], $10::bytea[])
        WITH ORDINALITY asked (stream, tenant, low, high, events, correlation, causation, actor, occurred_at, headers, batch)
    LEFT JOIN LATERAL (SELECT * FROM {schema}.streams s WHERE s.stream = asked.stream LIMIT 1) s ON true
), moved AS (
    INSERT INTO {schema}.streams AS s (stream, version, tenant, recorded_at)
    SELECT j.stream, coalesce(j.version, 0) + j.events, j.tenant, clock_timestamp()
    FROM judged j
    WHERE NOT j.known AND coalesce(j.version, 0) BETWEEN j.low AND j.high AND coalesce(j.owner = j.tenant, true)
    ORDER BY j.stream
    ON CONFLICT (stream) DO UPDATE
    SET version = excluded.version, recorded_at = greatest(s.recorded_at, clock_timestamp())
    WHERE s.version = (SELECT j.version FROM judged j WHERE j.stream = excluded.stream)
    RETURNING stream, version, recorded_at
), written AS (
    INSERT INTO {schema}.events (id, stream, version, type, type_version, tenant, correlation, causation,
                                 actor, occurred_at, recorded_at, headers, data)
    SELECT e.id, j.stream, coalesce(j.version, 0) + e.place, e.type, e.type_version, j.tenant, j.correlation, j.causation,
           j.actor, j.occurred_at, m.recorded_at, j.headers, e.data
    FROM unnest($13::int[], $14::int[], $15::uuid[], $16::text[], $17::int[], $18::bytea[])
        WITH ORDINALITY e (batch, place, id, type, type_version, data, turn)
    JOIN judged j ON j.batch = e.batch
    JOIN moved m ON m.stream = j.stream
    ORDER BY e.turn
    RETURNING stream, position
)
SELECT j.version, j.owner, j.known, min(w.position), max(w.position)
FROM judged j LEFT JOIN written w ON w.stream = j.stream
GROUP BY j.batch, j.version, j.owner, j.known
ORDER BY j.batch

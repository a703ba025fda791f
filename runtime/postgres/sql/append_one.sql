-- Appends one event: judges the stream as the statement's snapshot has it, moves its
-- head on from there, and writes the event if that succeeded. A head that another
-- transaction moved meanwhile is left alone, which shows as no position at all.
-- streams by its primary key, events by events_by_id
WITH judged AS MATERIALIZED (
    SELECT s.version, s.tenant,
           EXISTS (SELECT FROM unnest($14::uuid[]) looked (id)
                   CROSS JOIN LATERAL (SELECT FROM {schema}.events e WHERE e.id = looked.id LIMIT 1) found) AS known
    FROM set_config('lock_timeout', coalesce($15::text, current_setting('lock_timeout')), true) waits
    LEFT JOIN {schema}.streams s ON s.stream = $1
), moved AS (
    INSERT INTO {schema}.streams AS s (stream, version, tenant, recorded_at)
    SELECT $1::text, coalesce(j.version, 0) + 1, $2::text, clock_timestamp()
    FROM judged j
    WHERE NOT j.known AND coalesce(j.version, 0) BETWEEN $3::bigint AND $4::bigint AND coalesce(j.tenant = $2, true)
    ON CONFLICT (stream) DO UPDATE
    SET version = excluded.version, recorded_at = greatest(s.recorded_at, clock_timestamp())
    WHERE s.version = (SELECT version FROM judged)
    RETURNING version, recorded_at
), written AS (
    INSERT INTO {schema}.events (id, stream, version, type, type_version, tenant, correlation, causation,
                                 actor, occurred_at, recorded_at, headers, data)
    SELECT $5::uuid, $1, m.version, $6::text, $7::int, $2, $8::uuid, $9::uuid,
           $10::text, $11::timestamptz, m.recorded_at, $12::bytea, $13::bytea
    FROM moved m
    RETURNING position
)
SELECT j.version, j.tenant, j.known, w.position, w.position
FROM judged j LEFT JOIN written w ON true

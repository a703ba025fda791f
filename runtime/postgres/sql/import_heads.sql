-- Moves the heads of streams on from where an import has seen them; one that was
-- moved meanwhile is left alone, which the number of rows tells.
-- streams by its primary key
WITH moved AS MATERIALIZED (
    SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[], $5::timestamptz[])
        moved (stream, before, after, tenant, recorded_at)
), advanced AS (
    UPDATE {schema}.streams s
    SET version = moved.after, recorded_at = greatest(s.recorded_at, moved.recorded_at)
    FROM moved
    WHERE s.stream = moved.stream AND s.version = moved.before
    RETURNING 1
), created AS (
    INSERT INTO {schema}.streams (stream, version, tenant, recorded_at)
    SELECT stream, after, tenant, recorded_at FROM moved WHERE before = 0
    ON CONFLICT DO NOTHING
    RETURNING 1
)
SELECT (SELECT count(*) FROM advanced) + (SELECT count(*) FROM created)

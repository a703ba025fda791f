-- Moves the head of a stream that may be new: $3 events on, if tenant and version are
-- as expected. A head that is being moved by another transaction is waited for and
-- then judged. Nothing comes back where nothing was moved.
-- streams by its primary key
WITH moved AS (
    INSERT INTO {schema}.streams AS s (stream, version, tenant, recorded_at)
    SELECT $1::text, $3::bigint, $2::text, clock_timestamp()
    WHERE {unknown}
    ON CONFLICT (stream) DO UPDATE
    SET version = s.version + $3, recorded_at = greatest(s.recorded_at, clock_timestamp())
    WHERE s.version BETWEEN $4::bigint AND $5::bigint AND s.tenant = $2 AND {unmoved}
    RETURNING version, recorded_at
)

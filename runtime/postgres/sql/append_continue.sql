-- append_begin.sql for a stream that has to be there.
-- streams by its primary key
WITH moved AS (
    UPDATE {schema}.streams s
    SET version = s.version + $3::bigint, recorded_at = greatest(s.recorded_at, clock_timestamp())
    WHERE s.stream = $1::text AND s.version BETWEEN $4::bigint AND $5::bigint AND s.tenant = $2::text
      AND {unknown} AND {unmoved}
    RETURNING version, recorded_at
)

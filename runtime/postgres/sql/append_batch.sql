-- Writes several events if their stream was moved. moved has one row, so that there is
-- nothing to join by: events are written in the order of the arrays.
, written AS (
    INSERT INTO {schema}.events (id, stream, version, type, type_version, tenant, correlation, causation,
                                 actor, occurred_at, recorded_at, headers, data)
    SELECT e.id, $1, m.version - $3 + e.place, e.type, e.type_version, $2, $9::uuid, $10::uuid,
           $11::text, $12::timestamptz, m.recorded_at, $13::bytea, e.data
    FROM moved m, unnest($6::uuid[], $7::text[], $8::int[], $14::bytea[])
        WITH ORDINALITY e (id, type, type_version, data, place)
    RETURNING version, position
)
SELECT max(version), min(position), max(position) FROM written HAVING count(*) > 0

-- Writes one event if its stream was moved.
INSERT INTO {schema}.events (id, stream, version, type, type_version, tenant, correlation, causation,
                             actor, occurred_at, recorded_at, headers, data)
SELECT $6::uuid, $1, m.version, $7::text, $8::int, $2, $9::uuid, $10::uuid,
       $11::text, $12::timestamptz, m.recorded_at, $13::bytea, $14::bytea
FROM moved m
RETURNING version, position, position

-- Says what an append that wrote nothing has met: the stream's head, and whether some
-- of its ids are stored.
-- streams by its primary key, events by events_by_id
SELECT s.version, s.tenant,
       EXISTS (SELECT FROM unnest($2::uuid[]) looked (id)
               CROSS JOIN LATERAL (SELECT FROM {schema}.events e WHERE e.id = looked.id LIMIT 1) found)
FROM (VALUES ($1::text)) asked (stream)
LEFT JOIN {schema}.streams s ON s.stream = asked.stream

CREATE UNIQUE INDEX events_by_stream ON {schema}.events (stream, version);
CREATE UNIQUE INDEX events_by_id ON {schema}.events (id);

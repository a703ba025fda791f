-- Events, in the order of their commits. Times are microseconds since 1970, UTC.
CREATE TABLE events (
    position     INTEGER PRIMARY KEY,
    id           BLOB    NOT NULL,
    stream       TEXT    NOT NULL,
    version      INTEGER NOT NULL,
    type         TEXT    NOT NULL,
    type_version INTEGER NOT NULL,
    tenant       TEXT    NOT NULL,
    correlation  BLOB    NOT NULL,
    causation    BLOB    NOT NULL,
    actor        TEXT    NOT NULL,
    occurred_at  INTEGER NOT NULL,
    recorded_at  INTEGER NOT NULL,
    headers      TEXT,
    data         BLOB    NOT NULL
) STRICT;

CREATE UNIQUE INDEX events_by_stream ON events (stream, version);
CREATE UNIQUE INDEX events_by_id ON events (id);

-- What these two do not see is an INSERT OR REPLACE from a connection with
-- recursive_triggers off. A trigger BEFORE INSERT would, at three times the cost of
-- every append, so this package simply never replaces.
CREATE TRIGGER events_keep BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'events are append-only: DELETE refused'); END;

CREATE TRIGGER events_fixed BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'events are append-only: UPDATE refused'); END;

-- Folded states; a cache.
CREATE TABLE snapshots (
    stream   TEXT    NOT NULL,
    digest   TEXT    NOT NULL,
    version  INTEGER NOT NULL,
    taken_at INTEGER NOT NULL,
    state    BLOB    NOT NULL,
    PRIMARY KEY (stream, digest)
) STRICT, WITHOUT ROWID;

-- One row: which life of the store this is.
CREATE TABLE store (
    one         INTEGER PRIMARY KEY CHECK (one = 1),
    incarnation TEXT    NOT NULL
) STRICT;

-- One row for each version of these tables that was applied.
CREATE TABLE store_versions (
    version    INTEGER PRIMARY KEY,
    applied_at INTEGER NOT NULL
) STRICT;

-- For people at the sqlite3 prompt.
CREATE VIEW events_readable AS
SELECT position, stream, version, type, type_version, tenant, actor,
       strftime('%Y-%m-%dT%H:%M:%fZ', occurred_at / 1e6, 'unixepoch') AS occurred_at,
       strftime('%Y-%m-%dT%H:%M:%fZ', recorded_at / 1e6, 'unixepoch') AS recorded_at,
       lower(hex(id)) AS id, lower(hex(correlation)) AS correlation, lower(hex(causation)) AS causation,
       headers, CAST(data AS TEXT) AS data
FROM events;

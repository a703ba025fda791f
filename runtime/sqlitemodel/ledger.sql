-- What is known of projections and how far they are. Times are microseconds since
-- 1970, UTC.
CREATE TABLE evgen_projections (
    id           TEXT    NOT NULL,
    number       INTEGER NOT NULL,
    digest       TEXT    NOT NULL,
    state        TEXT    NOT NULL CHECK (state IN ('building', 'live', 'standby', 'retired')),
    tables       TEXT    NOT NULL, -- a JSON array of names
    incarnation  TEXT    NOT NULL,
    loaded       INTEGER NOT NULL,
    effects_from INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    live_at      INTEGER NOT NULL, -- 0: never
    PRIMARY KEY (id, number)
) STRICT, WITHOUT ROWID;

-- At most one version of a projection is what readers see.
CREATE UNIQUE INDEX evgen_projections_live ON evgen_projections (id) WHERE state = 'live';

CREATE TABLE evgen_shards (
    id           TEXT    NOT NULL,
    number       INTEGER NOT NULL,
    shard        INTEGER NOT NULL,
    first_slot   INTEGER NOT NULL,
    last_slot    INTEGER NOT NULL,
    position     INTEGER NOT NULL,
    epoch        INTEGER NOT NULL,
    owner        TEXT    NOT NULL,
    leased_until INTEGER NOT NULL,
    paused       TEXT    NOT NULL,
    updated_at   INTEGER NOT NULL,
    PRIMARY KEY (id, number, shard)
) STRICT, WITHOUT ROWID;

-- Events whose effect is missing. The shard follows from the slot.
CREATE TABLE evgen_letters (
    letter        INTEGER PRIMARY KEY AUTOINCREMENT,
    id            TEXT    NOT NULL,
    number        INTEGER NOT NULL,
    slot          INTEGER NOT NULL,
    key           TEXT    NOT NULL,
    state         TEXT    NOT NULL CHECK (state IN ('retrying', 'dead', 'parked')),
    attempts      INTEGER NOT NULL,
    error         TEXT    NOT NULL,
    next_attempt  INTEGER NOT NULL,
    created_at    INTEGER NOT NULL,
    position      INTEGER NOT NULL,
    ordinal       INTEGER NOT NULL, -- -1: all that the record means
    event         BLOB    NOT NULL,
    type          TEXT    NOT NULL,
    type_version  INTEGER NOT NULL,
    stream        TEXT    NOT NULL,
    version       INTEGER NOT NULL,
    tenant        TEXT    NOT NULL,
    correlation   BLOB    NOT NULL,
    causation     BLOB    NOT NULL,
    actor         TEXT    NOT NULL,
    occurred_at   INTEGER NOT NULL,
    recorded_at   INTEGER NOT NULL,
    headers       TEXT,
    data          BLOB    NOT NULL
) STRICT;

CREATE UNIQUE INDEX evgen_letters_by_key ON evgen_letters (id, number, key, position, ordinal);
CREATE INDEX evgen_letters_by_slot ON evgen_letters (id, number, slot);

-- One row: the version of these tables.
CREATE TABLE evgen_ledger (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    version INTEGER NOT NULL
) STRICT;

INSERT INTO evgen_ledger (one, version) VALUES (1, 1);

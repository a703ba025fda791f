-- The ledger of projections, version 1. Texts that events bring along are kept as bytes or escaped: PostgreSQL
-- refuses \u0000 in text, and a letter must never be refused.

CREATE TABLE {ledger}.projection_ledger (
    version int NOT NULL
);

CREATE TABLE {ledger}.projections (
    id           text COLLATE "C" NOT NULL,
    number       int              NOT NULL,
    digest       text             NOT NULL,
    state        text             NOT NULL,
    tables       text[]           NOT NULL,
    incarnation  text             NOT NULL,
    loaded       boolean          NOT NULL,
    effects_from bigint           NOT NULL,
    created_at   timestamptz      NOT NULL DEFAULT clock_timestamp(),
    live_at      timestamptz, -- NULL: never
    PRIMARY KEY (id, number)
);

-- A checkpoint moves with every batch: pages keep room, so that no index is touched.
CREATE TABLE {ledger}.projection_shards (
    projection   text COLLATE "C" NOT NULL,
    version      int              NOT NULL,
    shard        int              NOT NULL,
    first_slot   int              NOT NULL,
    last_slot    int              NOT NULL,
    position     bigint           NOT NULL,
    epoch        bigint           NOT NULL,
    owner        text             NOT NULL DEFAULT '', -- empty: free
    leased_until timestamptz, -- NULL: not leased
    paused       text             NOT NULL DEFAULT '',
    updated_at   timestamptz      NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (projection, version, shard)
) WITH (fillfactor = 50);

CREATE TABLE {ledger}.dead_letters (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    projection   text COLLATE "C" NOT NULL,
    version      int              NOT NULL,
    slot         int              NOT NULL,
    key          bytea            NOT NULL, -- UTF-8
    state        text             NOT NULL,
    position     bigint           NOT NULL,
    ordinal      int              NOT NULL,
    meta         json             NOT NULL, -- the record but for its payload
    data         bytea            NOT NULL, -- the payload, byte for byte
    attempts     int              NOT NULL,
    error        text             NOT NULL,
    next_attempt timestamptz      NOT NULL,
    created_at   timestamptz      NOT NULL DEFAULT clock_timestamp()
);

-- The letters of a key in their order. Letters belong to the shard that has their slot.
CREATE INDEX dead_letters_by_key ON {ledger}.dead_letters (projection, version, key, position, ordinal);

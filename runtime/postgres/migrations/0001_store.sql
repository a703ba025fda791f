CREATE SCHEMA IF NOT EXISTS {schema};

-- One row for each step that was applied to these tables.
CREATE TABLE {schema}.migrations (
    version    int         PRIMARY KEY,
    name       text        NOT NULL,
    digest     text        NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
);

-- One row: which life of the store this is, from which position on events are kept,
-- and below which position no event can still appear.
CREATE TABLE {schema}.store (
    one            boolean     PRIMARY KEY DEFAULT true CHECK (one),
    incarnation    uuid        NOT NULL DEFAULT gen_random_uuid(),
    created_at     timestamptz NOT NULL DEFAULT now(),
    first_kept     bigint      NOT NULL DEFAULT 0,
    safe           bigint      NOT NULL DEFAULT 0,
    safe_at        timestamptz,
    partition_size bigint      NOT NULL -- positions in a partition of events, 0 for one table
) WITH (fillfactor = 50);

INSERT INTO {schema}.store (partition_size) VALUES ({partition_size});

-- CACHE 1, the default, and no setval: a position is given out after the lock on
-- events was taken, and in the order of time. Readers rely on both.
CREATE SEQUENCE {schema}.events_position AS bigint CACHE 1;

-- Positions come from the column's default only.
CREATE TABLE {schema}.events (
    position     bigint           NOT NULL DEFAULT nextval('{'schema}.events_position'),
    id           uuid             NOT NULL,
    stream       text COLLATE "C" NOT NULL,
    version      bigint           NOT NULL,
    type         text COLLATE "C" NOT NULL,
    type_version int              NOT NULL,
    tenant       text COLLATE "C" NOT NULL,
    correlation  uuid             NOT NULL,
    causation    uuid             NOT NULL,
    actor        text COLLATE "C" NOT NULL,
    occurred_at  timestamptz      NOT NULL,
    recorded_at  timestamptz      NOT NULL DEFAULT clock_timestamp(),
    headers      bytea, -- a JSON object, as it was written
    data         bytea            NOT NULL, -- JSON, byte for byte
    PRIMARY KEY (position)
){partitioning};

ALTER SEQUENCE {schema}.events_position OWNED BY {schema}.events.position;

-- The head of each stream: what an append compares and sets. Its columns but the
-- key are in no index, and pages keep room, so that an update touches no index.
CREATE TABLE {schema}.streams (
    stream      text COLLATE "C" PRIMARY KEY,
    version     bigint           NOT NULL,
    tenant      text COLLATE "C" NOT NULL,
    recorded_at timestamptz      NOT NULL -- of the last event: that of the next is not before it
) WITH (fillfactor = 80);

-- Folded states; a cache.
CREATE TABLE {schema}.snapshots (
    stream   text COLLATE "C" NOT NULL,
    digest   text COLLATE "C" NOT NULL,
    version  bigint           NOT NULL,
    taken_at timestamptz      NOT NULL,
    state    bytea            NOT NULL,
    PRIMARY KEY (stream, digest)
);

-- Retention raises store.first_kept first, for which a program's role has no right.
CREATE FUNCTION {schema}.events_keep() RETURNS trigger LANGUAGE plpgsql AS $evgen$
BEGIN
    IF TG_OP = 'DELETE' AND TG_LEVEL = 'ROW' THEN
        IF OLD.position < (SELECT first_kept FROM {schema}.store) THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'events are append-only: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END
$evgen$;

CREATE TRIGGER events_keep BEFORE UPDATE OR DELETE ON {schema}.events
FOR EACH ROW EXECUTE FUNCTION {schema}.events_keep();

CREATE TRIGGER events_keep_all BEFORE TRUNCATE ON {schema}.events
FOR EACH STATEMENT EXECUTE FUNCTION {schema}.events_keep();

{indexes}
-- For people with psql. A payload that jsonb cannot hold (one with \u0000) fails here, and only here.
CREATE VIEW {schema}.events_readable AS
SELECT position, stream, version, type, type_version, tenant, actor, occurred_at, recorded_at,
       id, correlation, causation,
       convert_from(headers, 'UTF8')::jsonb AS headers, convert_from(data, 'UTF8')::jsonb AS data
FROM {schema}.events;

-- Sagas, version 1. Tenants and ids are bytes: PostgreSQL refuses \u0000 in text, and no correlation key must be refused.

CREATE TABLE {ledger}.saga_ledger (
    version int NOT NULL
);

CREATE TABLE {ledger}.saga_definitions (
    saga     text COLLATE "C" NOT NULL,
    digest   text COLLATE "C" NOT NULL,
    steps    text[]           NOT NULL,
    added_at timestamptz      NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (saga, digest)
);

-- One row is the state machine of a saga and its place in the queue. It is written with every transition: pages keep room.
CREATE TABLE {ledger}.sagas (
    saga        text COLLATE "C" NOT NULL,
    tenant      bytea            NOT NULL,
    id          bytea            NOT NULL, -- the correlation key, UTF-8
    digest      text COLLATE "C" NOT NULL,
    state       text             NOT NULL,
    step        text             NOT NULL, -- what is next; empty at the end
    attempts    int              NOT NULL DEFAULT 0,
    version     bigint           NOT NULL DEFAULT 0, -- the fence: raised by each claim and each transition
    owner       text             NOT NULL DEFAULT '', -- empty: nobody works on it
    mail        bigint           NOT NULL DEFAULT 0, -- how many letters came
    due_at      timestamptz      NOT NULL, -- with an owner: when the claim runs out
    deadline    timestamptz, -- NULL: none
    wait_until  timestamptz, -- NULL: it does not wait, or for ever
    undo        text[]           NOT NULL DEFAULT '{}', -- compensations to come, the next one first
    stuck       text[]           NOT NULL DEFAULT '{}', -- compensations that failed for good
    data        json, -- NULL: none yet
    failure     text             NOT NULL DEFAULT '',
    cancel      text             NOT NULL DEFAULT '', -- why an operator wants it compensated
    event       uuid             NOT NULL, -- that began it
    ordinal     int              NOT NULL,
    correlation uuid             NOT NULL,
    started_at  timestamptz      NOT NULL DEFAULT clock_timestamp(),
    updated_at  timestamptz      NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (saga, tenant, id)
) WITH (fillfactor = 70);

-- What workers look for. Sagas that are over are not in it.
CREATE INDEX sagas_due ON {ledger}.sagas (saga, due_at) WHERE state IN ('running', 'waiting', 'compensating');

-- The step ledger: a row for each attempt and for what operators did.
CREATE TABLE {ledger}.saga_steps (
    saga       text COLLATE "C" NOT NULL,
    tenant     bytea            NOT NULL,
    id         bytea            NOT NULL,
    version    bigint           NOT NULL, -- the saga's, under which it was committed
    step       text             NOT NULL,
    kind       text             NOT NULL,
    attempt    int              NOT NULL,
    outcome    text             NOT NULL,
    failure    text             NOT NULL,
    owner      text             NOT NULL,
    started_at timestamptz      NOT NULL,
    ended_at   timestamptz      NOT NULL,
    PRIMARY KEY (saga, tenant, id, version)
);

CREATE FUNCTION {ledger}.saga_steps_are_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'entries of the step ledger are never changed';
END
$$;

CREATE TRIGGER saga_steps_are_kept BEFORE UPDATE ON {ledger}.saga_steps
    FOR EACH STATEMENT EXECUTE FUNCTION {ledger}.saga_steps_are_kept();

-- Events that sagas await, or will: the first for each step.
CREATE TABLE {ledger}.saga_letters (
    saga    text COLLATE "C" NOT NULL,
    tenant  bytea            NOT NULL,
    id      bytea            NOT NULL,
    step    text             NOT NULL,
    outcome text             NOT NULL,
    event   uuid             NOT NULL,
    ordinal int              NOT NULL,
    came_at timestamptz      NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (saga, tenant, id, step)
);

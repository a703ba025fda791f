-- Sagas, version 1. Tenants and ids are bytes: any correlation key is kept as it is. Times are microseconds since 1970, UTC.

CREATE TABLE evgen_saga_ledger (
    version INTEGER NOT NULL
) STRICT;

INSERT INTO evgen_saga_ledger VALUES (0);

CREATE TABLE evgen_saga_definitions (
    saga     TEXT    NOT NULL,
    digest   TEXT    NOT NULL,
    steps    TEXT    NOT NULL, -- a JSON array
    added_at INTEGER NOT NULL,
    PRIMARY KEY (saga, digest)
) STRICT, WITHOUT ROWID;

-- One row is the state machine of a saga and its place in the queue.
CREATE TABLE evgen_sagas (
    saga        TEXT    NOT NULL,
    tenant      BLOB    NOT NULL,
    id          BLOB    NOT NULL, -- the correlation key
    digest      TEXT    NOT NULL,
    state       TEXT    NOT NULL,
    step        TEXT    NOT NULL, -- what is next; empty at the end
    attempts    INTEGER NOT NULL DEFAULT 0,
    version     INTEGER NOT NULL DEFAULT 0, -- the fence: raised by each claim and each transition
    owner       TEXT    NOT NULL DEFAULT '', -- empty: nobody works on it
    mail        INTEGER NOT NULL DEFAULT 0, -- how many letters came
    due_at      INTEGER NOT NULL, -- with an owner: when the claim runs out
    deadline    INTEGER, -- NULL: none
    wait_until  INTEGER, -- NULL: it does not wait, or for ever
    undo        TEXT    NOT NULL DEFAULT '[]', -- compensations to come, the next one first: a JSON array
    stuck       TEXT    NOT NULL DEFAULT '[]', -- compensations that failed for good
    data        TEXT, -- JSON; NULL: none yet
    failure     TEXT    NOT NULL DEFAULT '',
    cancel      TEXT    NOT NULL DEFAULT '', -- why an operator wants it compensated
    event       TEXT    NOT NULL, -- that began it
    ordinal     INTEGER NOT NULL,
    correlation TEXT    NOT NULL,
    started_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    PRIMARY KEY (saga, tenant, id)
) STRICT;

-- What workers look for. Sagas that are over are not in it.
CREATE INDEX evgen_sagas_due ON evgen_sagas (saga, due_at) WHERE state IN ('running', 'waiting', 'compensating');

-- The step ledger: a row for each attempt and for what operators did.
CREATE TABLE evgen_saga_steps (
    saga       TEXT    NOT NULL,
    tenant     BLOB    NOT NULL,
    id         BLOB    NOT NULL,
    version    INTEGER NOT NULL, -- the saga's, under which it was committed
    step       TEXT    NOT NULL,
    kind       TEXT    NOT NULL,
    attempt    INTEGER NOT NULL,
    outcome    TEXT    NOT NULL,
    failure    TEXT    NOT NULL,
    owner      TEXT    NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at   INTEGER NOT NULL,
    PRIMARY KEY (saga, tenant, id, version)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER evgen_saga_steps_are_kept BEFORE UPDATE ON evgen_saga_steps
BEGIN
    SELECT RAISE(ABORT, 'entries of the step ledger are never changed');
END;

-- Events that sagas await, or will: the first for each step.
CREATE TABLE evgen_saga_letters (
    saga    TEXT    NOT NULL,
    tenant  BLOB    NOT NULL,
    id      BLOB    NOT NULL,
    step    TEXT    NOT NULL,
    outcome TEXT    NOT NULL,
    event   TEXT    NOT NULL,
    ordinal INTEGER NOT NULL,
    came_at INTEGER NOT NULL,
    PRIMARY KEY (saga, tenant, id, step)
) STRICT, WITHOUT ROWID;

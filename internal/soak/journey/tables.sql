-- What consumers and sagas leave behind in PostgreSQL.

CREATE TABLE effects (
    n        bigserial   PRIMARY KEY,
    consumer text        NOT NULL,
    stream   text        NOT NULL,
    version  bigint      NOT NULL,
    event    uuid        NOT NULL,
    place    text        NOT NULL, -- the partition
    tenure   text        NOT NULL, -- who had it, and for the how manieth time
    age      bigint      NOT NULL  -- microseconds since the event was recorded
);

CREATE TABLE deeds (
    key   uuid PRIMARY KEY,
    trip  text NOT NULL,
    step  text NOT NULL,
    kind  text NOT NULL,
    times int  NOT NULL DEFAULT 1
);

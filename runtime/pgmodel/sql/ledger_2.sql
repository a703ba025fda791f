-- The ledger of projections, version 2: what consumers of a broker have taken in. Of each stream it keeps the event
-- that had its effect last: those before it had theirs, or are not sent. Rows change often: pages keep room.

CREATE TABLE {ledger}.inbox (
    consumer text COLLATE "C" NOT NULL,
    stream   text COLLATE "C" NOT NULL,
    version  bigint           NOT NULL, -- 0: none yet
    event    uuid             NOT NULL,
    taken_at timestamptz      NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (consumer, stream)
) WITH (fillfactor = 70);

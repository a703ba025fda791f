-- What consumers of a broker have taken in: of each stream the event that had its
-- effect last. Those before it had theirs, or are not sent.
CREATE TABLE evgen_inbox (
    consumer TEXT    NOT NULL,
    stream   TEXT    NOT NULL,
    version  INTEGER NOT NULL,
    event    BLOB    NOT NULL,
    taken_at INTEGER NOT NULL, -- microseconds since 1970, UTC
    PRIMARY KEY (consumer, stream)
) STRICT, WITHOUT ROWID;

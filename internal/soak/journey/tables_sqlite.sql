-- What consumers leave behind in SQLite. Who writes is alone: n is the order of commits.
CREATE TABLE effects (
    n        INTEGER PRIMARY KEY AUTOINCREMENT,
    consumer TEXT    NOT NULL,
    stream   TEXT    NOT NULL,
    version  INTEGER NOT NULL,
    event    TEXT    NOT NULL,
    place    TEXT    NOT NULL,
    tenure   TEXT    NOT NULL,
    age      INTEGER NOT NULL
);

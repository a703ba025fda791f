-- A key for each subject, wrapped; or, once it is erased, what is known of that.
-- Times are in microseconds since 1970, UTC.
CREATE TABLE subject_keys (
    id          BLOB    NOT NULL PRIMARY KEY,
    tenant      TEXT    NOT NULL,
    subject     TEXT    NOT NULL,
    generation  INTEGER NOT NULL,
    wrapped     BLOB,
    created_at  INTEGER NOT NULL,
    erased_at   INTEGER,
    erased_by   TEXT    NOT NULL DEFAULT '',
    erased_why  TEXT    NOT NULL DEFAULT '',
    finished_at INTEGER,
    UNIQUE (tenant, subject, generation),
    CHECK ((wrapped IS NULL) = (erased_at IS NOT NULL)),
    CHECK (finished_at IS NULL OR erased_at IS NOT NULL)
) STRICT, WITHOUT ROWID;

-- Erasures that have to be gone on with: few, and mostly none.
CREATE INDEX subject_keys_pending ON subject_keys (tenant, subject)
    WHERE erased_at IS NOT NULL AND finished_at IS NULL;

CREATE TRIGGER keep_erasures BEFORE UPDATE ON subject_keys
WHEN OLD.erased_at IS NOT NULL AND (NEW.wrapped IS NOT NULL OR NEW.erased_at IS NOT OLD.erased_at)
BEGIN
    SELECT RAISE(ABORT, 'an erased key never comes back');
END;

CREATE TRIGGER keep_all BEFORE DELETE ON subject_keys
BEGIN
    SELECT RAISE(ABORT, 'keys are erased, not deleted');
END;

PRAGMA application_id = 1163284299; -- "EVGK"
PRAGMA user_version = 1;

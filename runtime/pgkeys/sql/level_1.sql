CREATE SCHEMA IF NOT EXISTS {schema};

-- The steps that were applied to these tables.
CREATE TABLE {schema}.migrations (
    version    integer     PRIMARY KEY,
    applied_at timestamptz NOT NULL DEFAULT now()
);

-- A key for each subject, wrapped; or, once it is erased, what is known of that.
CREATE TABLE {schema}.subject_keys (
    id          uuid        PRIMARY KEY,
    tenant      text        NOT NULL,
    subject     text        NOT NULL,
    generation  integer     NOT NULL,
    wrapped     bytea,
    created_at  timestamptz NOT NULL,
    erased_at   timestamptz,
    erased_by   text        NOT NULL DEFAULT '',
    erased_why  text        NOT NULL DEFAULT '',
    finished_at timestamptz,
    UNIQUE (tenant, subject, generation),
    CHECK ((wrapped IS NULL) = (erased_at IS NOT NULL)),
    CHECK (finished_at IS NULL OR erased_at IS NOT NULL)
);

-- Erasures that have to be gone on with: few, and mostly none.
CREATE INDEX subject_keys_pending ON {schema}.subject_keys (tenant, subject)
    WHERE erased_at IS NOT NULL AND finished_at IS NULL;

CREATE FUNCTION {schema}.keep_erasures() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.erased_at IS NULL OR NEW.wrapped IS NULL AND NEW.erased_at = OLD.erased_at) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'keys are erased, not deleted, and never come back' USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER keep_erasures BEFORE UPDATE OR DELETE ON {schema}.subject_keys
    FOR EACH ROW EXECUTE FUNCTION {schema}.keep_erasures();

CREATE TRIGGER keep_all BEFORE TRUNCATE ON {schema}.subject_keys
    FOR EACH STATEMENT EXECUTE FUNCTION {schema}.keep_erasures();

INSERT INTO {schema}.migrations (version) VALUES (1);

-- Sagas, version 2. An attempt whose process dies counts.

-- Who had the claim that ran out before the present one; empty: it was given back.
ALTER TABLE evgen_sagas ADD COLUMN former TEXT NOT NULL DEFAULT '';

-- How many of the attempts were lost in this way.
ALTER TABLE evgen_sagas ADD COLUMN lost INTEGER NOT NULL DEFAULT 0;

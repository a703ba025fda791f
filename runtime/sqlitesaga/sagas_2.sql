-- Sagas, version 2. An attempt whose process dies counts, and sagas that wait for a person are found.

-- Who had the claim that ran out before the present one; empty: it was given back.
ALTER TABLE evgen_sagas ADD COLUMN former TEXT NOT NULL DEFAULT '';

-- How many of the attempts were lost in this way.
ALTER TABLE evgen_sagas ADD COLUMN lost INTEGER NOT NULL DEFAULT 0;

-- What operators are told of. Other sagas are not in it, and no other transition writes to it.
CREATE INDEX evgen_sagas_stuck ON evgen_sagas (saga) WHERE state = 'compensation_failed';

-- Sagas, version 2. An attempt whose process dies counts, and sagas that wait for a person are found.

ALTER TABLE {ledger}.sagas
    ADD COLUMN former text NOT NULL DEFAULT '', -- who had the claim that ran out before the present one; empty: it was given back
    ADD COLUMN lost   int  NOT NULL DEFAULT 0; -- how many of the attempts were lost in this way

-- What operators are told of. Other sagas are not in it, and no other transition writes to it.
CREATE INDEX sagas_stuck ON {ledger}.sagas (saga) WHERE state = 'compensation_failed';

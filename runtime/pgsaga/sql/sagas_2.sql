-- Sagas, version 2. An attempt whose process dies counts.

ALTER TABLE {ledger}.sagas
    ADD COLUMN former text NOT NULL DEFAULT '', -- who had the claim that ran out before the present one; empty: it was given back
    ADD COLUMN lost   int  NOT NULL DEFAULT 0; -- how many of the attempts were lost in this way

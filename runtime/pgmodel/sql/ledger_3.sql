-- The ledger of projections, version 3: positions that shards may not pass for a while, so that they come to stand at
-- one position and can be joined.

ALTER TABLE {ledger}.projection_shards
    ADD COLUMN hold_at    bigint NOT NULL DEFAULT 0,
    ADD COLUMN hold_until timestamptz; -- NULL: never held

-- What consumers had seen of a stream when they took in more of it: who has seen less than there is takes in nothing.
ALTER TABLE {ledger}.inbox ADD COLUMN previous bigint NOT NULL DEFAULT 0;

-- Positions that shards may not pass for a while, so that they come to stand at one
-- position and can be joined.
ALTER TABLE evgen_shards ADD COLUMN hold_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE evgen_shards ADD COLUMN hold_until INTEGER NOT NULL DEFAULT 0; -- 0: never held

-- Locks the heads of streams that are there, in one order for all, so that transactions
-- which append to several streams wait for each other and do not lock each other out.
-- streams by its primary key
SELECT 1 FROM {schema}.streams s WHERE s.stream = ANY($1::text[]) ORDER BY s.stream FOR NO KEY UPDATE

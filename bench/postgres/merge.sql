-- What a rebuild is compared with: all facts in a temporary table, one statement that makes the rows of them.
INSERT INTO merged (memory_id, text, created_at, accesses, last_accessed_at)
SELECT memory_id,
       (array_agg(text ORDER BY position DESC) FILTER (WHERE text IS NOT NULL))[1],
       min(created_at),
       count(*) FILTER (WHERE kind = 1),
       max(occurred_at) FILTER (WHERE kind = 1)
FROM facts
GROUP BY memory_id
HAVING NOT bool_or(kind = 3)
ON CONFLICT (memory_id) DO UPDATE
SET text = excluded.text, created_at = excluded.created_at,
    accesses = merged.accesses + excluded.accesses, last_accessed_at = excluded.last_accessed_at

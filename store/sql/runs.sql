-- The run with a hash, or every replay when the hash is null.
SELECT run_id, sha256, name, position, lines, rows, finished_at IS NOT NULL
FROM run JOIN cursor USING (run_id)
WHERE run_id > 0 AND (%(sha256)s::text IS NULL OR sha256 = %(sha256)s)
ORDER BY run_id

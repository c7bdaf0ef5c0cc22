-- The newest adoption of each kind up to a spool position; of all when it is null.
SELECT DISTINCT ON (what) what, version, sha256, spool,
    (extract(epoch FROM received) * 1000000)::bigint
FROM adoption
WHERE run_id = %(run_id)s AND (%(at_most)s::bigint IS NULL OR spool <= %(at_most)s)
ORDER BY what, spool DESC

-- Every entry to which vessels ever answered, in force or not.
SELECT DISTINCT mmsi, entry
FROM watchlist_hit
WHERE run_id = 0 AND mmsi = ANY(%(mmsis)s::integer[])

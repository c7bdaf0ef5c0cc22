-- Vessels that answered to an entry which is in force, each with the codes of that entry.
SELECT hit.mmsi, entry.content
FROM (SELECT DISTINCT mmsi, entry FROM watchlist_hit WHERE run_id = 0) AS hit
JOIN entry_version AS entry ON entry.entry = hit.entry AND entry.state = 'released'
WHERE coalesce((entry.content->>'valid_until')::date >= %(today)s, true)
ORDER BY hit.mmsi, hit.entry

-- The entries in force to which a vessel answered, each with its newest hit and since when.
SELECT DISTINCT ON (h.entry) v.content, h.matched_on, h.score,
    min(h.received) OVER (PARTITION BY h.entry)
FROM watchlist_hit h
JOIN entry_version v ON v.entry = h.entry AND v.state = 'released'
WHERE h.run_id = 0 AND h.mmsi = %(mmsi)s
ORDER BY h.entry, h.received DESC

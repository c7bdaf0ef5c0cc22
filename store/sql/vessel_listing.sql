-- The entries in force to which a vessel answers, each with its newest hit and since when.
SELECT DISTINCT ON (h.entry) listed.content, h.matched_on, h.score,
    min(h.received) OVER (PARTITION BY h.entry)
FROM listed
JOIN watchlist_hit AS h ON h.run_id = 0 AND h.mmsi = listed.mmsi AND h.entry = listed.entry
WHERE listed.mmsi = %(mmsi)s
ORDER BY h.entry, h.received DESC

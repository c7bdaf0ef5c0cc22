-- Who answered to entries in force: to some entries, or some vessels to any.
SELECT DISTINCT h.mmsi, v.entry, v.content
FROM watchlist_hit h
JOIN entry_version v ON v.entry = h.entry AND v.state = 'released'
WHERE h.run_id = 0
    AND (h.mmsi = ANY(%(mmsis)s::integer[]) OR h.entry = ANY(%(entries)s::text[]))
ORDER BY v.entry, h.mmsi

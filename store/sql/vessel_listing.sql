-- The entries in force to which a vessel answers, each with its newest hit and since when; as
-- listed_vessels.sql: not one whose corrected version she was heard under and did not answer to.
SELECT DISTINCT ON (h.entry) v.content, h.matched_on, h.score,
    min(h.received) OVER (PARTITION BY h.entry)
FROM watchlist_hit h
JOIN entry_version v ON v.entry = h.entry AND v.state = 'released'
WHERE h.run_id = 0 AND h.mmsi = %(mmsi)s
    AND (v.version <= (
        SELECT max(version) FROM watchlist_hit AS newest
        WHERE newest.run_id = 0 AND newest.mmsi = h.mmsi AND newest.entry = h.entry
    ) OR NOT EXISTS (
        SELECT FROM latest AS heard
        WHERE heard.run_id = 0 AND heard.mmsi = h.mmsi
            AND heard.received > v.released_at + interval '1 minute'
    ))
ORDER BY h.entry, h.received DESC

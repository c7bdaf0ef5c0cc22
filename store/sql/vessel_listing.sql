-- The entries in force to which a vessel answers, each with its newest hit and since when; who does
-- not answer to a corrected version as in listed_vessels.sql.
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
        JOIN LATERAL (
            SELECT min(received) AS at FROM adoption
            WHERE run_id = 0 AND what = 'watchlist' AND received >= v.released_at
        ) AS adopted ON heard.received > adopted.at
        WHERE heard.run_id = 0 AND heard.mmsi = h.mmsi AND (
            EXISTS (
                SELECT FROM position AS before
                WHERE before.mmsi = h.mmsi
                    AND before.time BETWEEN adopted.at - interval '30 days' AND adopted.at
            )
            OR EXISTS (
                SELECT FROM vessel AS said
                WHERE said.run_id = 0 AND said.mmsi = h.mmsi AND said.received > adopted.at
            )
        )
    ))
ORDER BY h.entry, h.received DESC

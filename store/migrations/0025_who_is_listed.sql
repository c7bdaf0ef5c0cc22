-- Vessels that answered to an entry which is in force, one row for each of both.
--
-- Who answered to an older version, and not to the corrected one, is listed no more: once the list
-- with it was adopted, and she was heard since. One not heard for a month before (the matcher forgets
-- them, watchlist.match.forget_days) is new to it: she may answer only when she says who she is, and
-- stays listed until she says something new.
CREATE VIEW listed AS
SELECT hit.mmsi, hit.entry, entry.content
FROM (
    SELECT mmsi, entry, max(version) AS version FROM watchlist_hit
    WHERE run_id = 0
    GROUP BY mmsi, entry
) AS hit
JOIN entry_version AS entry ON entry.entry = hit.entry AND entry.state = 'released'
WHERE hit.version >= entry.version OR NOT EXISTS (
    SELECT FROM latest AS heard
    JOIN LATERAL (
        SELECT min(received) AS at FROM adoption
        WHERE run_id = 0 AND what = 'watchlist' AND received >= entry.released_at
    ) AS adopted ON heard.received > adopted.at
    WHERE heard.run_id = 0 AND heard.mmsi = hit.mmsi AND (
        EXISTS (
            SELECT FROM position AS before
            WHERE before.mmsi = hit.mmsi
                AND before.time BETWEEN adopted.at - interval '30 days' AND adopted.at
        )
        OR EXISTS (
            SELECT FROM vessel AS said
            WHERE said.run_id = 0 AND said.mmsi = hit.mmsi AND said.received > adopted.at
        )
    )
);

-- Vessels that answered to an entry which is in force, each with the codes of that entry. Who was
-- heard since a corrected version was released, and did not answer to it, is listed no more; the
-- minute is what the pipeline may need to adopt it.
SELECT hit.mmsi, entry.content
FROM (
    SELECT mmsi, entry, max(version) AS version FROM watchlist_hit
    WHERE run_id = 0
    GROUP BY mmsi, entry
) AS hit
JOIN entry_version AS entry ON entry.entry = hit.entry AND entry.state = 'released'
WHERE coalesce((entry.content->>'valid_until')::date >= %(today)s, true)
    AND (hit.version >= entry.version OR NOT EXISTS (
        SELECT FROM latest AS heard
        WHERE heard.run_id = 0 AND heard.mmsi = hit.mmsi
            AND heard.received > entry.released_at + interval '1 minute'
    ))
ORDER BY hit.mmsi, hit.entry

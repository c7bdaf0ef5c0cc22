-- Who answered to an entry that was in force in a span: since the first answer, until the version
-- ended or its last day passed. Each version answers for itself: who answered to the one before and
-- not to the corrected one is listed no more. What was erased is gone here too.
SELECT mmsi, entry, content, since, until
FROM (
    SELECT hit.mmsi, version.entry, version.content,
        greatest(version.released_at, hit.first,
            (version.content->>'valid_from')::date::timestamp AT TIME ZONE 'UTC') AS since,
        least(version.ended_at,
            (((version.content->>'valid_until')::date + 1)::timestamp AT TIME ZONE 'UTC')) AS until
    FROM (
        SELECT mmsi, entry, min(received) AS first, array_agg(DISTINCT version) AS versions
        FROM watchlist_hit
        WHERE run_id = 0 AND received < %(end)s
        GROUP BY mmsi, entry
    ) AS hit
    JOIN entry_version AS version
        ON version.entry = hit.entry AND version.version = ANY(hit.versions)
        AND version.released_at < %(end)s AND version.content IS NOT NULL
) AS answered
WHERE since < %(end)s AND (until IS NULL OR (until > %(start)s AND until > since))
ORDER BY since, mmsi
LIMIT %(limit)s

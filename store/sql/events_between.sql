-- The newest version of each event that began in a span, of one vessel or of all; from "since" on also
-- those that were not over at its begin. A silence that nobody ended is given up after 30 days
-- (alerts.detectors.gap): of those begun earlier nobody knows how long they lasted.
SELECT content FROM (
    SELECT DISTINCT ON (id) id, kind, state, started_at, ended_at, content::text AS content
    FROM event
    WHERE run_id = %(run_id)s
        AND started_at >= %(since)s AND started_at < %(end)s
        AND (%(mmsi)s::integer IS NULL OR mmsis @> ARRAY[%(mmsi)s::integer])
    ORDER BY id, version DESC
) AS newest
WHERE started_at >= %(start)s OR ended_at > %(start)s OR (
    ended_at IS NULL AND state IN ('open', 'updated') AND kind IN ('gap', 'coverage_loss')
    AND started_at >= %(start)s - interval '30 days'
)
ORDER BY started_at, id
LIMIT %(limit)s

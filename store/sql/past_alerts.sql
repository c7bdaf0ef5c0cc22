-- Alerts that were there in a span, from when they were told until they were over; those that came
-- last keep to the limit. One that was opened again is over only after that.
SELECT content, told_at, over_at
FROM (
    SELECT a.content::text AS content,
        (SELECT min(c.at) FROM alert_change c WHERE c.alert = a.id AND c.action = 'alert') AS told_at,
        CASE WHEN a.state IN ('resolved', 'retracted') THEN (
            SELECT min(c.at) FROM alert_change c
            WHERE c.alert = a.id AND c.version > coalesce((
                SELECT max(b.version) FROM alert_change b
                WHERE b.alert = a.id AND b.state NOT IN ('resolved', 'retracted')), 0)
        ) END AS over_at
    FROM alert a
    WHERE a.raised AND a.started_at < %(end)s
        AND (a.changed_at >= %(start)s OR a.state NOT IN ('resolved', 'retracted'))
) AS told
WHERE told_at < %(end)s AND (over_at IS NULL OR over_at > %(start)s)
ORDER BY told_at DESC
LIMIT %(limit)s

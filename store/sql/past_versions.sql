-- How alerts stood in a span: of each the version that stood at its start, and those within it.
SELECT c.alert, c.at, c.state, (c.details->'stood')::text
FROM alert_change c
WHERE c.alert = ANY(%(alerts)s) AND c.at < %(end)s
    AND c.version >= coalesce((
        SELECT max(b.version) FROM alert_change b
        WHERE b.alert = c.alert AND b.at <= %(start)s), 0)
ORDER BY c.alert, c.version
LIMIT %(limit)s

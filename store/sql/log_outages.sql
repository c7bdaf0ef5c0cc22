-- Feeds and places that could not be heard in a span, newest version of each event.
SELECT content::text
FROM (
    SELECT DISTINCT ON (id) id, state, started_at, ended_at, content
    FROM event
    WHERE run_id = 0
        AND kind IN ('feed_outage', 'coverage_loss')
        AND started_at >= %(since)s::timestamptz - interval '30 days'
        AND started_at <= %(until)s
    ORDER BY id, version DESC
) newest
WHERE state <> 'retracted' AND (ended_at IS NULL OR ended_at >= %(since)s)
ORDER BY started_at DESC
LIMIT %(limit)s

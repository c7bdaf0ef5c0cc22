-- Outages of feeds that began in a span: how many, and hours in all, as far as they are over.
SELECT count(*), coalesce(sum(extract(epoch FROM ended_at - started_at)), 0) / 3600.0
FROM (
    SELECT DISTINCT ON (id) state, started_at, ended_at
    FROM event
    WHERE run_id = 0 AND kind = 'feed_outage'
        AND started_at >= %(start)s AND started_at < %(end)s
    ORDER BY id, version DESC
) AS newest
WHERE state <> 'retracted'

-- On how many days of each week anything at all was heard: a visit of a zone, or an event.
SELECT floor(extract(epoch FROM day - %(start)s) / 604800)::integer AS week, count(*)
FROM (
    SELECT date_trunc('day', time) AS day FROM zone_visit
    WHERE run_id = 0 AND time >= %(start)s AND time < %(end)s
    UNION
    SELECT date_trunc('day', started_at) FROM event
    WHERE run_id = 0 AND started_at >= %(start)s AND started_at < %(end)s
        AND kind <> 'feed_outage'
) AS heard
GROUP BY week

-- Arrivals of vessels that were listed or of which an alert was raised: where, when, from where
-- (the port or departure coast that they were at last), and when the first alert of that voyage was
-- told (but those of ``unseen``; up to a day after, which was too late). A visit is told several times;
-- 5 is crossed, 1 present: she was there already when she, or the zone, was first known.
WITH interest AS (
    SELECT DISTINCT unnest(mmsis) AS mmsi
    FROM alert
    WHERE raised AND lane IN ('law', 'sar') AND state <> 'retracted'
        AND verdict IS DISTINCT FROM 'false alarm'
        AND NOT id = ANY(%(unseen)s::text[])
        AND updated_at >= %(start)s - %(voyage)s::interval AND started_at < %(end)s
    UNION
    SELECT mmsi FROM watchlist_hit
    WHERE run_id = 0 AND received >= %(start)s - %(voyage)s::interval AND received < %(end)s
), arrival AS (
    SELECT v.mmsi, v.zone, v.since, bool_or(v.change = 1) AS present
    FROM zone_visit v JOIN interest USING (mmsi)
    WHERE v.run_id = 0 AND v.change <> 5 AND v.zone = ANY(%(to)s)
        AND v.time >= %(start)s AND v.since >= %(start)s AND v.since < %(end)s
    GROUP BY v.mmsi, v.zone, v.since
)
SELECT arrival.mmsi, arrival.zone, arrival.since, origin.zone, told.at, arrival.present
FROM arrival
LEFT JOIN LATERAL (
    SELECT z.zone, z.time FROM zone_visit z
    WHERE z.run_id = 0 AND z.mmsi = arrival.mmsi AND z.zone = ANY(%(from)s)
        AND z.zone <> arrival.zone AND z.time < arrival.since
        AND z.time >= arrival.since - %(voyage)s::interval
    ORDER BY z.time DESC
    LIMIT 1
) AS origin ON true
LEFT JOIN LATERAL (
    SELECT min(c.at) AS at
    FROM alert a JOIN alert_change c ON c.alert = a.id AND c.action = 'alert'
    WHERE arrival.mmsi = ANY(a.mmsis) AND NOT a.id = ANY(%(unseen)s::text[]) AND a.raised AND a.lane IN ('law', 'sar')
        AND a.state <> 'retracted' AND a.verdict IS DISTINCT FROM 'false alarm'
        AND c.at > coalesce(origin.time, arrival.since - %(voyage)s::interval)
        AND c.at <= arrival.since + interval '1 day'
) AS told ON true
ORDER BY arrival.since, arrival.mmsi, arrival.zone

-- Vessels heard in a span, with their first position in it, the newest first. Each is looked up by
-- the index on mmsi and time. Who of them was heard before: find_heard_within, find_heard_ever.
SELECT heard.mmsi, begun.time, begun.lon_deg, begun.lat_deg
FROM (
    SELECT mmsi FROM latest WHERE run_id = 0 AND received >= %(start)s
    UNION
    SELECT mmsi FROM last_seen WHERE received >= %(start)s
) AS heard
JOIN LATERAL (
    SELECT time, lon_deg, lat_deg FROM position
    WHERE position.mmsi = heard.mmsi AND position.time >= %(start)s AND position.time < %(end)s
    ORDER BY position.time LIMIT 1
) AS begun ON true
ORDER BY begun.time DESC

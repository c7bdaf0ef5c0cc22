-- Vessels of which no position is stored before a time: the newest first. Each is looked up by the
-- index on mmsi and time, the newest days first, which ends at once for who was here before.
SELECT heard.mmsi, begun.time, begun.lon_deg, begun.lat_deg
FROM (
    SELECT mmsi FROM latest WHERE run_id = 0 AND received >= %(start)s
    UNION
    SELECT mmsi FROM last_seen WHERE received >= %(start)s
) AS heard
LEFT JOIN LATERAL (
    SELECT true AS was_here FROM position
    WHERE position.mmsi = heard.mmsi AND position.time < %(start)s
    ORDER BY position.time DESC LIMIT 1
) AS before ON true
JOIN LATERAL (
    SELECT time, lon_deg, lat_deg FROM position
    WHERE position.mmsi = heard.mmsi AND position.time >= %(start)s AND position.time < %(end)s
    ORDER BY position.time LIMIT 1
) AS begun ON before.was_here IS NULL
ORDER BY begun.time DESC
LIMIT %(limit)s

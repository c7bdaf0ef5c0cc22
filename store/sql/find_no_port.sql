-- Vessels heard in a span that called at no port in it; 5 is crossed (geofence.visits): a ship that
-- passes by is no caller. First and last report of the span, the longest heard first.
SELECT heard.mmsi, begun.time, ended.time, ended.lon_deg, ended.lat_deg
FROM (
    SELECT mmsi FROM latest WHERE run_id = 0 AND received >= %(start)s
    UNION
    SELECT mmsi FROM last_seen WHERE received >= %(start)s
) AS heard
LEFT JOIN LATERAL (
    SELECT true AS called FROM zone_visit
    WHERE zone_visit.run_id = 0 AND zone_visit.mmsi = heard.mmsi
        AND zone_visit.time >= %(start)s AND zone_visit.since < %(end)s
        AND zone_visit.zone = ANY(%(ports)s) AND zone_visit.change <> 5
    LIMIT 1
) AS visit ON true
JOIN LATERAL (
    SELECT time FROM position
    WHERE position.mmsi = heard.mmsi AND position.time >= %(start)s AND position.time < %(end)s
    ORDER BY position.time LIMIT 1
) AS begun ON visit.called IS NULL
JOIN LATERAL (
    SELECT time, lon_deg, lat_deg FROM position
    WHERE position.mmsi = heard.mmsi AND position.time >= %(start)s AND position.time < %(end)s
    ORDER BY position.time DESC LIMIT 1
) AS ended ON ended.time >= begun.time + %(least)s
ORDER BY ended.time - begun.time DESC
LIMIT %(limit)s

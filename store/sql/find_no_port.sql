-- Vessels heard in a span that called at no port in it; 3 is left, and 5 crossed (geofence.visits): a
-- ship that passes by is no caller. Who came before the span and of whom no end was told lay there as
-- long as her track went on. First and last report of the span, the longest heard first.
SELECT heard.mmsi, begun.time, ended.time, ended.lon_deg, ended.lat_deg
FROM (
    SELECT mmsi FROM latest WHERE run_id = 0 AND received >= %(start)s
    UNION
    SELECT mmsi FROM last_seen WHERE received >= %(start)s
) AS heard
LEFT JOIN LATERAL (
    SELECT true AS called FROM (
        SELECT max(segment) AS segment, max(time) AS told_at,
            max(time) FILTER (WHERE change = 3) AS left_at
        FROM zone_visit
        WHERE zone_visit.run_id = 0 AND zone_visit.mmsi = heard.mmsi
            AND zone_visit.time >= %(start)s::timestamptz - interval '60 days'
            AND zone_visit.since < %(end)s
            AND zone_visit.zone = ANY(%(ports)s) AND zone_visit.change <> 5
        GROUP BY zone, since
    ) AS stay
    WHERE told_at >= %(start)s OR (left_at IS NULL AND EXISTS (
        SELECT FROM position
        WHERE position.mmsi = heard.mmsi AND position.segment = stay.segment
            AND position.time >= %(start)s AND position.time < %(end)s))
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

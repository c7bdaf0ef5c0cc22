-- Arrivals by route and week: from the port or departure coast where the ship was last, if that was
-- not where she came to (a ship that is heard there again has not arrived). 1 and 2 are present and
-- entered (geofence.visits). Rows without a week carry the different ships of the last weeks.
WITH arrival AS (
    SELECT DISTINCT mmsi, zone, since
    FROM zone_visit
    WHERE run_id = 0 AND change IN (1, 2) AND zone = ANY(%(to)s)
        AND time >= %(start)s AND time < %(end)s AND since >= %(start)s AND since < %(end)s
), route AS (
    SELECT origin.zone AS origin, arrival.zone, arrival.mmsi, arrival.since,
        floor(extract(epoch FROM arrival.since - %(start)s) / 604800)::integer AS week
    FROM arrival
    JOIN LATERAL (
        SELECT z.zone FROM zone_visit z
        WHERE z.run_id = 0 AND z.mmsi = arrival.mmsi AND z.time < arrival.since
            AND z.time >= arrival.since - interval '14 days'
            AND (z.zone = ANY(%(from)s) OR z.zone = arrival.zone)
        ORDER BY z.time DESC, z.zone
        LIMIT 1
    ) AS origin ON origin.zone <> arrival.zone
)
SELECT origin, zone, week, count(*), count(DISTINCT mmsi) FILTER (WHERE since >= %(late)s)
FROM route
GROUP BY GROUPING SETS ((origin, zone, week), (origin, zone))

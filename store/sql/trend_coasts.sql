-- Different ships by zone and week that did one of ``changes`` there. Rows without a week carry
-- those of the last weeks. 1 is present, 3 left (geofence.visits): who is heard again where it lay, as
-- after an outage, has not come.
WITH there AS (
    SELECT zone, mmsi, time,
        floor(extract(epoch FROM time - %(start)s) / 604800)::integer AS week
    FROM zone_visit v
    WHERE run_id = 0 AND change = ANY(%(changes)s) AND zone = ANY(%(zones)s)
        AND time >= %(start)s AND time < %(end)s
        AND (change <> 1 OR NOT coalesce((
            SELECT z.zone = v.zone AND z.change <> 3 FROM zone_visit z
            WHERE z.run_id = 0 AND z.mmsi = v.mmsi AND z.time < v.since
                AND z.zone = ANY(%(zones)s)
            ORDER BY z.time DESC, z.zone
            LIMIT 1
        ), false))
)
SELECT zone, week, count(DISTINCT mmsi), count(DISTINCT mmsi) FILTER (WHERE time >= %(late)s)
FROM there
GROUP BY GROUPING SETS ((zone, week), (zone))

-- Different ships by zone and week that did one of ``changes`` there. Rows without a week carry
-- those of the last weeks.
WITH there AS (
    SELECT zone, mmsi, time,
        floor(extract(epoch FROM time - %(start)s) / 604800)::integer AS week
    FROM zone_visit
    WHERE run_id = 0 AND change = ANY(%(changes)s) AND zone = ANY(%(zones)s)
        AND time >= %(start)s AND time < %(end)s
)
SELECT zone, week, count(DISTINCT mmsi), count(DISTINCT mmsi) FILTER (WHERE time >= %(late)s)
FROM there
GROUP BY GROUPING SETS ((zone, week), (zone))

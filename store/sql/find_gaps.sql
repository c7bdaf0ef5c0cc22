-- Silences that began in a box: a report there after which that vessel was not heard anywhere for
-- long. Within buckets as long as that only the last report can be such a one, and only the next
-- bucket's first one can end it in the box: nothing is sorted. What follows is looked up by the
-- index on mmsi and time; NULL = nothing until the end.
SELECT told.mmsi, told.time, told.lon_deg, told.lat_deg, next.time, next.lon_deg, next.lat_deg
FROM (
    SELECT mmsi, time, lon_deg, lat_deg, lead(first_time) OVER (PARTITION BY mmsi ORDER BY time) AS then
    FROM (
        SELECT mmsi, min(time) AS first_time, max(time) AS time, last(lon_deg, time) AS lon_deg,
            last(lat_deg, time) AS lat_deg
        FROM position
        WHERE cell = ANY(%(cells)s) AND time >= %(start)s AND time < %(end)s
            AND lon_deg BETWEEN %(west)s AND %(east)s AND lat_deg BETWEEN %(south)s AND %(north)s
        GROUP BY mmsi, time_bucket(%(least)s, time)
    ) AS bucket
) AS told
LEFT JOIN LATERAL (
    SELECT time, lon_deg, lat_deg FROM position
    WHERE position.mmsi = told.mmsi AND position.time > told.time AND position.time < %(now)s
        AND position.time >= %(start)s
    ORDER BY position.time LIMIT 1
) AS next ON true
WHERE coalesce(told.then, %(now)s) >= told.time + %(least)s
    AND coalesce(next.time, %(now)s) >= told.time + %(least)s
ORDER BY coalesce(next.time, %(now)s) - told.time DESC
LIMIT %(limit)s

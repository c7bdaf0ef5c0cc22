-- Visits to zones that touch a span. A visit is told several times (present or entered, dwell,
-- left); 3 is left, and 5 crossed, which is over when it is told (geofence.visits). A visit of which
-- no end was told counts for a week after it was last told of.
SELECT mmsi, since, max(time) FILTER (WHERE change IN (3, 5)), first(lon_deg, time),
    first(lat_deg, time)
FROM zone_visit
WHERE run_id = 0 AND zone = ANY(%(zones)s)
    AND time >= %(start)s::timestamptz - interval '60 days' AND time < %(end)s
GROUP BY mmsi, since
HAVING coalesce(max(time) FILTER (WHERE change IN (3, 5)), max(time) + interval '7 days')
    >= %(start)s
ORDER BY mmsi, since
LIMIT %(limit)s

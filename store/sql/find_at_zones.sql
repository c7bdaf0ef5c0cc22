-- Visits to zones that touch a span. A visit is told several times (present or entered, dwell,
-- left); 3 is left, and 5 crossed, which is over when it is told (geofence.visits).
SELECT mmsi, since, max(time) FILTER (WHERE change IN (3, 5)), first(lon_deg, time),
    first(lat_deg, time)
FROM zone_visit
WHERE run_id = 0 AND zone = ANY(%(zones)s) AND time >= %(start)s AND time < %(end)s
GROUP BY mmsi, since
ORDER BY mmsi, since
LIMIT %(limit)s

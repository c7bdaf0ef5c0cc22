-- Calls at ports, in the order of time. A visit is told several times (present or entered, dwell,
-- left); 5 is crossed (geofence.visits). A ship that only passes by is no caller.
SELECT mmsi, zone, since, max(time)
FROM zone_visit
WHERE run_id = %(run)s AND time >= %(start)s AND time < %(end)s AND zone = ANY(%(ports)s) AND change <> 5
GROUP BY mmsi, zone, since
HAVING max(time) >= since + interval '10 minutes'
ORDER BY since, mmsi, zone

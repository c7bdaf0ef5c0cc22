-- The visits of a vessel to zones, the newest first: began, and ended if it did. A visit is told
-- several times (present or entered, dwell, left); 3 is left and 5 crossed (geofence.visits).
SELECT zone, since, max(time) FILTER (WHERE change = 3)
FROM zone_visit
WHERE run_id = 0 AND mmsi = %(mmsi)s AND time >= %(start)s AND change <> 5
GROUP BY zone, since
ORDER BY since DESC
LIMIT %(limit)s

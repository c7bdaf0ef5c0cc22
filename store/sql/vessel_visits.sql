-- The visits of a vessel to zones, the newest first: began, ended if that was told, and last heard
-- there. A visit is told several times (present or entered, dwell, left); 3 is left and 5 crossed
-- (geofence.visits). Nobody tells the end where a track ended in the zone: then it was there until
-- the track's last position.
WITH stay AS (
    SELECT zone, since, max(segment) AS segment, max(time) FILTER (WHERE change = 3) AS left_at,
        max(time) AS told_at
    FROM zone_visit
    WHERE run_id = 0 AND mmsi = %(mmsi)s AND time >= %(start)s AND change <> 5
    GROUP BY zone, since
    ORDER BY since DESC
    LIMIT %(limit)s
)
SELECT zone, since, left_at, coalesce(left_at, there.at, told_at)
FROM stay
LEFT JOIN LATERAL (
    SELECT max(time) AS at FROM position
    WHERE mmsi = %(mmsi)s AND segment = stay.segment AND time >= stay.told_at
) AS there ON left_at IS NULL
ORDER BY since DESC

-- The visits of a vessel that touch a span, the first first; 1 is present, 3 left, 5 crossed
-- (geofence.visits). Nobody tells the end where a track ended in the zone: then it was there until the
-- track's last position, and is over once a later track of it was heard.
WITH stay AS (
    SELECT mmsi, zone, since, max(segment) AS segment, max(time) FILTER (WHERE change = 3) AS left_at,
        max(time) AS told_at, bool_or(change = 1) AS present
    FROM zone_visit
    WHERE run_id = %(run_id)s AND mmsi = ANY(%(mmsis)s) AND since < %(end)s AND change <> 5
    GROUP BY mmsi, zone, since
)
SELECT zone, since, left_at, coalesce(there.at, told_at), present
FROM stay
LEFT JOIN LATERAL (
    SELECT max(time) AS at FROM position
    WHERE mmsi = stay.mmsi AND segment = stay.segment AND time >= stay.told_at
) AS there ON left_at IS NULL
WHERE coalesce(left_at, there.at, told_at) >= %(start)s OR (left_at IS NULL AND NOT EXISTS (
    SELECT FROM position
    WHERE mmsi = stay.mmsi AND segment <> stay.segment
        AND time > coalesce(there.at, stay.told_at)
))
ORDER BY since, zone

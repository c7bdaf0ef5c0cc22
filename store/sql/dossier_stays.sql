-- The visits of a vessel that touch a span, the first first; 1 is present, 3 left, 5 crossed
-- (geofence.visits). Nobody tells the end where a track ended in the zone: then it was there until the
-- track's last position, and is over once a later track of it was heard. Run 0 is the live service,
-- whose positions are in a table of their own.
WITH said AS NOT MATERIALIZED (
    SELECT mmsi, segment, time FROM position WHERE %(run_id)s = 0
    UNION ALL
    SELECT mmsi, segment, time FROM run_position WHERE run_id = %(run_id)s
),
stay AS (
    SELECT mmsi, zone, since, max(segment) AS segment, max(time) FILTER (WHERE change = 3) AS left_at,
        max(time) AS told_at, bool_or(change = 1) AS present
    FROM zone_visit
    WHERE run_id = %(run_id)s AND mmsi = ANY(%(mmsis)s) AND since < %(end)s AND change <> 5
    GROUP BY mmsi, zone, since
)
SELECT zone, since, left_at, coalesce(there.at, told_at), present
FROM stay
LEFT JOIN LATERAL (
    SELECT max(time) AS at FROM said
    WHERE mmsi = stay.mmsi AND segment = stay.segment AND time >= stay.told_at
) AS there ON left_at IS NULL
WHERE coalesce(left_at, there.at, told_at) >= %(start)s OR (left_at IS NULL AND NOT EXISTS (
    SELECT FROM said
    WHERE mmsi = stay.mmsi AND segment <> stay.segment
        AND time > coalesce(there.at, stay.told_at)
))
ORDER BY since, zone

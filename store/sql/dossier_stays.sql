-- The visits of a vessel that touch a span, the first first; 3 is left, 5 crossed
-- (geofence.visits).
SELECT zone, since, max(time) FILTER (WHERE change = 3) AS left_at
FROM zone_visit
WHERE run_id = %(run_id)s AND mmsi = ANY(%(mmsis)s) AND since < %(end)s AND change <> 5
GROUP BY zone, since
HAVING coalesce(max(time) FILTER (WHERE change = 3), 'infinity') >= %(start)s
ORDER BY since, zone

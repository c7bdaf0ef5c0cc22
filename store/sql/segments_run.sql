SELECT mmsi, segment, min(time), max(time), count(*), first(lon_deg, time), first(lat_deg, time),
    last(lon_deg, time), last(lat_deg, time)
FROM run_position
WHERE run_id = %(run_id)s AND mmsi = ANY(%(mmsis)s) AND segment IS NOT NULL
GROUP BY mmsi, segment
ORDER BY max(time) DESC, mmsi, segment
LIMIT %(limit)s

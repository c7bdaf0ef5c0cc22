-- One row per track segment; the segments that were heard last come first and keep to the limit. The
-- time lets days be passed over: to plan a look into each of thousands takes seconds.
SELECT mmsi, segment, min(time), max(time), count(*), first(lon_deg, time), first(lat_deg, time),
    last(lon_deg, time), last(lat_deg, time)
FROM position
WHERE mmsi = ANY(%(mmsis)s) AND time >= %(since)s AND segment IS NOT NULL
GROUP BY mmsi, segment
ORDER BY max(time) DESC, mmsi, segment
LIMIT %(limit)s

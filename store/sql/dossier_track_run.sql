-- The positions of a vessel in a span, in order of time: the first of each step.
SELECT DISTINCT ON (floor(extract(epoch FROM time) / %(step_s)s::float8), mmsi)
    time AT TIME ZONE 'GMT', lon_deg, lat_deg, coalesce(sog_kn, 'NaN'), coalesce(cog_deg, 'NaN'),
    coalesce(segment, -1)
FROM run_position
WHERE run_id = %(run_id)s AND mmsi = ANY(%(mmsis)s) AND time >= %(start)s AND time < %(end)s
ORDER BY floor(extract(epoch FROM time) / %(step_s)s::float8), mmsi, time

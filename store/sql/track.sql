-- The newest positions first, so that a limit keeps the end of the track; then in order of time.
SELECT time, lon_deg, lat_deg, sog_kn, cog_deg, segment
FROM (
    SELECT time AT TIME ZONE 'GMT' AS time, lon_deg, lat_deg,
        coalesce(sog_kn, 'NaN') AS sog_kn, coalesce(cog_deg, 'NaN') AS cog_deg,
        coalesce(segment, -1) AS segment
    FROM position
    WHERE mmsi = %(mmsi)s AND time >= %(start)s AND time < %(end)s
    ORDER BY position.time DESC
    LIMIT %(limit)s
) AS newest
ORDER BY time

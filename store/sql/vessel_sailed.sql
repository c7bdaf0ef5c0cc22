-- One position a minute of one vessel, in the order of time.
SELECT time, lon_deg, lat_deg, coalesce(sog_kn, 'NaN'), coalesce(cog_deg, 'NaN')
FROM (
    SELECT DISTINCT ON (time_bucket('1 minute', time)) time, lon_deg, lat_deg, sog_kn, cog_deg
    FROM position
    WHERE mmsi = %(mmsi)s AND time >= %(start)s AND time < %(end)s
    ORDER BY time_bucket('1 minute', time), time
) AS said
ORDER BY time

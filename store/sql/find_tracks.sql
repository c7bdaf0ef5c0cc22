-- One position every three minutes of some vessels, by the index on mmsi and time. Nothing is NULL,
-- so that every row has the same width.
COPY (
    SELECT DISTINCT ON (mmsi, time_bucket('3 minutes', time))
        mmsi, time, lon_deg, lat_deg, coalesce(sog_kn, 'NaN'), coalesce(cog_deg, 'NaN')
    FROM position
    WHERE mmsi = ANY(%(mmsis)s) AND time >= %(start)s AND time < %(end)s
    ORDER BY mmsi, time_bucket('3 minutes', time), time
) TO STDOUT WITH (FORMAT binary)

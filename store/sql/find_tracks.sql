-- One position every three minutes of some vessels, by the index on mmsi and time, as one array per
-- column: a third of the time of as many rows. No NULL, so that all values have the same width.
SELECT array_agg(mmsi), array_agg(time), array_agg(lon_deg), array_agg(lat_deg),
    array_agg(sog_kn), array_agg(cog_deg)
FROM (
    SELECT DISTINCT ON (mmsi, time_bucket('3 minutes', time)) mmsi, time, lon_deg, lat_deg,
        coalesce(sog_kn, 'NaN') AS sog_kn, coalesce(cog_deg, 'NaN') AS cog_deg
    FROM position
    WHERE mmsi = ANY(%(mmsis)s) AND time >= %(start)s AND time < %(end)s
    ORDER BY mmsi, time_bucket('3 minutes', time), position.time
) AS sailed

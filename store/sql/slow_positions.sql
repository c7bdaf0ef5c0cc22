-- Nothing is NULL, so that every row has the same width. The sort is that of position_mmsi_time.
COPY (
    SELECT mmsi, time, lon_deg, lat_deg, coalesce(sog_kn, 'NaN')
    FROM (
        SELECT mmsi, time, lon_deg, lat_deg, sog_kn, slow,
            lag(slow) OVER beside AS slow_before, lead(slow) OVER beside AS slow_after
        FROM (
            SELECT mmsi, time, lon_deg, lat_deg, sog_kn,
                sog_kn IS NULL OR sog_kn = 'NaN' OR sog_kn < %(slow_kn)s AS slow
            FROM position
            WHERE time >= %(start)s AND time < %(end)s
        ) AS said
        WINDOW beside AS (PARTITION BY mmsi ORDER BY time)
    ) AS told
    WHERE slow OR slow_before OR slow_after
    ORDER BY mmsi, time
) TO STDOUT WITH (FORMAT binary)

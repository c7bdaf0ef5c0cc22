-- One position of a vessel a minute is enough to know which cells it crossed. Nothing is NULL, so
-- that every row has the same width. The sort is that of position_mmsi_time.
COPY (
    SELECT said.mmsi, said.time, said.lon_deg, said.lat_deg, said.sog_kn, said.cog_deg,
        coalesce(vessel.ship_type, 255::smallint)
    FROM (
        SELECT DISTINCT ON (mmsi, time_bucket('1 minute', time)) mmsi, time, lon_deg, lat_deg,
            coalesce(sog_kn, 'NaN') AS sog_kn, coalesce(cog_deg, 'NaN') AS cog_deg
        FROM position
        WHERE time >= %(start)s AND time < %(end)s
        ORDER BY mmsi, time_bucket('1 minute', time), time
    ) AS said
    LEFT JOIN vessel ON vessel.run_id = 0 AND vessel.mmsi = said.mmsi
    ORDER BY said.mmsi, said.time
) TO STDOUT WITH (FORMAT binary)

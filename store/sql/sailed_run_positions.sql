-- As sailed_positions, of a replay's rows. The sort is that of run_position_run_mmsi_time.
COPY (
    SELECT said.mmsi, said.time, said.lon_deg, said.lat_deg, said.sog_kn, said.cog_deg,
        coalesce(vessel.ship_type, 255::smallint)
    FROM (
        SELECT DISTINCT ON (mmsi, time_bucket('1 minute', time)) mmsi, time, lon_deg, lat_deg,
            coalesce(sog_kn, 'NaN') AS sog_kn, coalesce(cog_deg, 'NaN') AS cog_deg
        FROM run_position
        WHERE run_id = %(run)s AND time >= %(start)s AND time < %(end)s
        ORDER BY mmsi, time_bucket('1 minute', time), time
    ) AS said
    LEFT JOIN vessel ON vessel.run_id = %(run)s AND vessel.mmsi = said.mmsi
    ORDER BY said.mmsi, said.time
) TO STDOUT WITH (FORMAT binary)

-- Positions in a box (a list of 1-degree cells, then its exact bounds). Nothing is NULL, so that
-- every row has the same width.
COPY (
    SELECT mmsi, time, lon_deg, lat_deg, coalesce(sog_kn, 'NaN'), coalesce(cog_deg, 'NaN')
    FROM position
    WHERE cell = ANY(%(cells)s) AND time >= %(start)s AND time < %(end)s
        AND lon_deg BETWEEN %(west)s AND %(east)s AND lat_deg BETWEEN %(south)s AND %(north)s
    ORDER BY mmsi, time
    LIMIT %(limit)s
) TO STDOUT WITH (FORMAT binary)

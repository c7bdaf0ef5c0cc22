-- What leaves of the live positions: by vessels, in a box (a list of 1-degree cells, then its exact
-- bounds), or all of a span. Values are put in by the client: what is not asked for folds away, and
-- the index of what is asked for is used. Nothing is NULL, so that every row has the same width.
COPY (
    SELECT mmsi, time, received, lon_deg, lat_deg, coalesce(sog_kn, 'NaN'),
        coalesce(cog_deg, 'NaN'), coalesce(heading_deg, 'NaN'),
        coalesce(nav_status, 255::smallint), message, feed, coalesce(segment, -1)
    FROM position
    WHERE time >= %(start)s AND time < %(end)s
        AND (%(mmsis)s::integer[] IS NULL OR mmsi = ANY(%(mmsis)s::integer[]))
        AND (%(cells)s::integer[] IS NULL OR (cell = ANY(%(cells)s::integer[])
            AND lon_deg BETWEEN %(west)s AND %(east)s AND lat_deg BETWEEN %(south)s AND %(north)s))
    ORDER BY mmsi, time
) TO STDOUT WITH (FORMAT binary)

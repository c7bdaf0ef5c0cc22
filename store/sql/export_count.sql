-- How many positions that would be, counted up to a limit.
SELECT count(*) FROM (
    SELECT FROM position
    WHERE time >= %(start)s AND time < %(end)s
        AND (%(mmsis)s::integer[] IS NULL OR mmsi = ANY(%(mmsis)s::integer[]))
        AND (%(cells)s::integer[] IS NULL OR (cell = ANY(%(cells)s::integer[])
            AND lon_deg BETWEEN %(west)s AND %(east)s AND lat_deg BETWEEN %(south)s AND %(north)s))
    LIMIT %(limit)s
) AS found

-- The newest position of each track segment in a box before a moment, for whom it was silent then;
-- columns as in past_positions.
SELECT array_agg(segment), array_agg(mmsi), array_agg(time), array_agg(lon_deg), array_agg(lat_deg),
    array_agg(sog_kn), array_agg(cog_deg), array_agg(heading_deg), array_agg(nav_status),
    array_agg(message)
FROM (
    SELECT segment, last(mmsi, time) AS mmsi, max(time) AS time, last(lon_deg, time) AS lon_deg,
        last(lat_deg, time) AS lat_deg, last(coalesce(sog_kn, 'NaN'), time) AS sog_kn,
        last(coalesce(cog_deg, 'NaN'), time) AS cog_deg,
        last(coalesce(heading_deg, 'NaN'), time) AS heading_deg,
        last(coalesce(nav_status, 255::smallint), time) AS nav_status,
        last(message, time) AS message
    FROM position
    WHERE cell = ANY(%(cells)s) AND time >= %(start)s AND time < %(end)s
        AND lon_deg BETWEEN %(west)s AND %(east)s AND lat_deg BETWEEN %(south)s AND %(north)s
        AND segment IS NOT NULL
    GROUP BY segment
    LIMIT %(limit)s
) AS found

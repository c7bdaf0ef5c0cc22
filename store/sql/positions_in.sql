-- By cell and time, as the index has them; the box itself trims the cells at its border.
SELECT time AT TIME ZONE 'GMT', mmsi, lon_deg, lat_deg,
    coalesce(sog_kn, 'NaN'), coalesce(cog_deg, 'NaN'), coalesce(segment, -1),
    coalesce(nav_status, 255::smallint)
FROM position
WHERE cell = ANY(%(cells)s) AND time >= %(start)s AND time < %(end)s
    AND lon_deg BETWEEN %(west)s AND %(east)s AND lat_deg BETWEEN %(south)s AND %(north)s
ORDER BY position.time, mmsi
LIMIT %(limit)s

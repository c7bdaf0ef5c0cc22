-- Stays in a box (a list of 1-degree cells, then its exact bounds), a row for each vessel and
-- quarter of an hour: first and last report, and the place of the first.
SELECT mmsi, min(time), max(time), first(lon_deg, time), first(lat_deg, time)
FROM position
WHERE cell = ANY(%(cells)s) AND time >= %(start)s AND time < %(end)s
    AND lon_deg BETWEEN %(west)s AND %(east)s AND lat_deg BETWEEN %(south)s AND %(north)s
GROUP BY mmsi, time_bucket('15 minutes', time)
ORDER BY 1, 2
LIMIT %(limit)s

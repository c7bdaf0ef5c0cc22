-- All that is stored of a vessel in a span: it is levelled before anything of it is cut off.
SELECT time AT TIME ZONE 'GMT', lon_deg, lat_deg, coalesce(sog_kn, 'NaN'),
    coalesce(cog_deg, 'NaN'), coalesce(segment, -1), coalesce(nav_status, 255::smallint), mmsi
FROM position
WHERE mmsi = %(mmsi)s AND time >= %(start)s AND time < %(end)s
ORDER BY position.time

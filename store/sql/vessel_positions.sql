-- More than one row: two ships share the number, or one has been out of sight for long.
SELECT l.segment, l.time, l.received, l.lon_deg, l.lat_deg, l.sog_kn, l.cog_deg, l.heading_deg,
    l.nav_status, l.message, l.reports, f.name AS feed
FROM latest l
LEFT JOIN feed f ON f.run_id = l.run_id AND f.code = l.feed
WHERE l.run_id = %(run_id)s AND l.mmsi = %(mmsi)s
ORDER BY l.received DESC

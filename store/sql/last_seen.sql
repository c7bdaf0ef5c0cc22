-- latest has who was heard in the last days, last_seen who fell silent before that.
SELECT DISTINCT ON (mmsi) mmsi, time, received, lon_deg, lat_deg
FROM (
    SELECT mmsi, time, received, lon_deg, lat_deg FROM latest
    WHERE run_id = %(run_id)s AND mmsi = ANY(%(mmsis)s)
    UNION ALL
    SELECT mmsi, time, received, lon_deg, lat_deg FROM last_seen
    WHERE %(run_id)s = 0 AND mmsi = ANY(%(mmsis)s)
) AS both_of_them
ORDER BY mmsi, received DESC

-- The positions of a vessel in a span, in no order, as one array per column: store.dossier keeps the
-- first of each step. No NULL, so that all values have the same width. Run 0 is the live service,
-- whose rows are in a table of their own: the other branch reads nothing.
SELECT array_agg(mmsi), array_agg(time), array_agg(lon_deg), array_agg(lat_deg),
    array_agg(coalesce(sog_kn, 'NaN')), array_agg(coalesce(cog_deg, 'NaN')),
    array_agg(coalesce(segment, -1)), array_agg(feed)
FROM (
    SELECT mmsi, time, lon_deg, lat_deg, sog_kn, cog_deg, segment, feed
    FROM position
    WHERE %(run_id)s = 0
    UNION ALL
    SELECT mmsi, time, lon_deg, lat_deg, sog_kn, cog_deg, segment, feed
    FROM run_position
    WHERE run_id = %(run_id)s
) AS said
WHERE mmsi = ANY(%(mmsis)s) AND time >= %(start)s AND time < %(end)s

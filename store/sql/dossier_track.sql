-- The positions of a vessel in a span, in no order, as one array per column: store.dossier keeps the
-- first of each step. No NULL, so that all values have the same width.
SELECT array_agg(mmsi), array_agg(time), array_agg(lon_deg), array_agg(lat_deg),
    array_agg(coalesce(sog_kn, 'NaN')), array_agg(coalesce(cog_deg, 'NaN')),
    array_agg(coalesce(segment, -1)), array_agg(feed)
FROM position
WHERE mmsi = ANY(%(mmsis)s) AND time >= %(start)s AND time < %(end)s

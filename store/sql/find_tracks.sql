-- One position every three minutes of some vessels, as one array per column: a third of the time of
-- as many rows. Which ones is read from the index on mmsi and time alone, and each is looked up by
-- it (store.finding): a tenth of the rows. No NULL, so that all values have the same width.
SELECT array_agg(sailed.mmsi), array_agg(sailed.time), array_agg(lon_deg), array_agg(lat_deg),
    array_agg(coalesce(sog_kn, 'NaN')), array_agg(coalesce(cog_deg, 'NaN'))
FROM (
    SELECT mmsi, min(time) AS time
    FROM position
    WHERE mmsi = ANY(%(mmsis)s) AND time >= %(start)s AND time < %(end)s
    GROUP BY mmsi, time_bucket('3 minutes', time)
) AS first_of
JOIN position AS sailed ON sailed.mmsi = first_of.mmsi AND sailed.time = first_of.time
WHERE sailed.time >= %(start)s AND sailed.time < %(end)s

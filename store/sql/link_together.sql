-- Who sailed beside some vessels: of samples every %(step_min)s minutes, those at which both moved
-- on about the same course, near each other. A sample is the first report in three minutes, so
-- that how densely a vessel is stored changes nothing. The cells serve the index of positions; the
-- span, a day at most, is said again in each part: else every probe asks every chunk.
WITH own AS MATERIALIZED (
    SELECT v.mmsi, t.at, p.lon_deg, p.lat_deg, p.cog_deg
    FROM unnest(%(mmsis)s::integer[]) AS v(mmsi)
    CROSS JOIN generate_series(%(start)s::timestamptz, %(end)s::timestamptz - interval '3 minutes',
        make_interval(mins => %(step_min)s)) AS t(at)
    CROSS JOIN LATERAL (
        SELECT lon_deg, lat_deg, sog_kn, cog_deg
        FROM position
        WHERE mmsi = v.mmsi AND time >= t.at AND time < t.at + interval '3 minutes'
            AND time >= %(start)s AND time < %(end)s
        ORDER BY time
        LIMIT 1
    ) AS p
    WHERE p.sog_kn >= %(moving_kn)s
), reach AS (
    SELECT own.*, %(within_nm)s / 60.0 AS north,
        %(within_nm)s / 60.0 / greatest(cos(radians(lat_deg)), 0.1) AS east
    FROM own
), beside AS (
    SELECT r.mmsi, q.mmsi AS other, r.at, r.lon_deg, r.lat_deg
    FROM reach r
    CROSS JOIN LATERAL (
        SELECT DISTINCT ON (mmsi) mmsi, cog_deg
        FROM position
        WHERE cell IN (
                (floor(r.lat_deg - north)::integer + 90) * 360 + floor(r.lon_deg - east)::integer + 180,
                (floor(r.lat_deg - north)::integer + 90) * 360 + floor(r.lon_deg + east)::integer + 180,
                (floor(r.lat_deg + north)::integer + 90) * 360 + floor(r.lon_deg - east)::integer + 180,
                (floor(r.lat_deg + north)::integer + 90) * 360 + floor(r.lon_deg + east)::integer + 180)
            AND time >= r.at AND time < r.at + interval '3 minutes'
            AND time >= %(start)s AND time < %(end)s
            AND lat_deg BETWEEN r.lat_deg - north AND r.lat_deg + north
            AND lon_deg BETWEEN r.lon_deg - east AND r.lon_deg + east
            AND sog_kn >= %(moving_kn)s AND mmsi <> r.mmsi
        ORDER BY mmsi, time
    ) AS q
    WHERE abs(mod((q.cog_deg - r.cog_deg + 540)::numeric, 360) - 180) <= %(turn_deg)s
)
SELECT mmsi, other, count(*), min(at), max(at), (array_agg(lon_deg ORDER BY at DESC))[1],
    (array_agg(lat_deg ORDER BY at DESC))[1]
FROM beside
GROUP BY mmsi, other
ORDER BY mmsi, other

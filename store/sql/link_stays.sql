-- Who lay in a port while others did, of some vessels or of all (null); the most telling first.
-- Each stay at the same time counts 1, shared among all who lay there then. A stay of which no end
-- was told counts for a week after it was last told of. 3 is left and 5 crossed (geofence.visits).
WITH told AS (
    SELECT mmsi, zone, since, max(time) FILTER (WHERE change = 3) AS left_at, max(time) AS told_at
    FROM zone_visit
    WHERE run_id = 0 AND zone = ANY(%(ports)s) AND change <> 5
        AND time >= %(start)s::timestamptz - interval '60 days' AND since < %(end)s
        AND (%(mmsis)s::integer[] IS NULL OR zone IN (
            SELECT zone FROM zone_visit
            WHERE run_id = 0 AND mmsi = ANY(%(mmsis)s::integer[]) AND since < %(end)s
                AND time >= %(start)s::timestamptz - interval '60 days'))
    GROUP BY mmsi, zone, since
), stay AS (
    SELECT mmsi, zone, greatest(since, %(start)s) AS begun,
        least(coalesce(left_at, told_at + interval '7 days'), %(end)s) AS over
    FROM told
    WHERE coalesce(left_at, told_at + interval '7 days') > %(start)s
), quiet AS (
    SELECT zone FROM stay GROUP BY zone HAVING %(mmsis)s::integer[] IS NOT NULL
        OR count(*) <= %(busy)s
), beside AS (
    SELECT a.mmsi, b.mmsi AS other, a.zone, greatest(a.begun, b.begun) AS begun,
        least(a.over, b.over) AS over,
        count(*) OVER (PARTITION BY a.mmsi, a.zone, a.begun) AS others
    FROM stay a
    JOIN quiet USING (zone)
    JOIN stay b ON b.zone = a.zone AND b.mmsi <> a.mmsi
        AND least(a.over, b.over) >= greatest(a.begun, b.begun) + interval '30 minutes'
    WHERE %(mmsis)s::integer[] IS NULL OR a.mmsi = ANY(%(mmsis)s::integer[])
)
SELECT mmsi, other, count(*), sum(1.0 / others)::double precision, min(begun), max(over),
    (array_agg(zone ORDER BY begun DESC, zone))[1], count(DISTINCT zone)
FROM beside
WHERE %(mmsis)s::integer[] IS NOT NULL OR mmsi < other
GROUP BY mmsi, other
HAVING sum(1.0 / others) >= %(least)s
ORDER BY sum(1.0 / others) DESC, mmsi, other
LIMIT %(limit)s

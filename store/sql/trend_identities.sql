-- Ships that changed what they say they are, by the digits of the flag in the MMSI and by week.
-- Rows without a week carry the different ships of the last weeks.
WITH newest AS (
    SELECT DISTINCT ON (id) state, lane, mmsis[1] AS mmsi, started_at
    FROM event
    WHERE run_id = 0 AND kind = 'identity_change'
        AND started_at >= %(start)s AND started_at < %(end)s
    ORDER BY id, version DESC
), ship AS (
    SELECT mmsi / 1000000 AS mid, mmsi, started_at,
        floor(extract(epoch FROM started_at - %(start)s) / 604800)::integer AS week
    FROM newest
    WHERE state <> 'retracted' AND mmsi BETWEEN 200000000 AND 799999999
        AND NOT (lane = 'law' AND mmsi = ANY(%(hidden)s::integer[]))
)
SELECT mid, week, count(DISTINCT mmsi), count(DISTINCT mmsi) FILTER (WHERE started_at >= %(late)s)
FROM ship
GROUP BY GROUPING SETS ((mid, week), (mid))

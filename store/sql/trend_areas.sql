-- Events of a kind by cell and week, each vessel or pair once a week: one that flickers is no trend.
-- Rows without a week carry the different ships of the last weeks.
WITH newest AS (
    SELECT DISTINCT ON (id) state, lane, mmsis, started_at, lon, lat
    FROM event
    WHERE run_id = 0 AND kind = %(kind)s AND started_at >= %(start)s AND started_at < %(end)s
    ORDER BY id, version DESC
), placed AS (
    SELECT floor(lon / %(cell)s)::integer AS x, floor(lat / %(cell)s)::integer AS y, mmsis,
        started_at, floor(extract(epoch FROM started_at - %(start)s) / 604800)::integer AS week
    FROM newest
    WHERE state <> 'retracted' AND lon IS NOT NULL AND lat IS NOT NULL
        AND NOT (lane = 'law' AND mmsis && %(hidden)s::integer[])
)
SELECT x, y, week, count(DISTINCT mmsis),
    count(DISTINCT ship) FILTER (WHERE started_at >= %(late)s)
FROM placed, unnest(mmsis) AS ship
GROUP BY GROUPING SETS ((x, y, week), (x, y))

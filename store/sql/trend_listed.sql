-- Events for law enforcement of vessels that ever answered to an entry of the list: they are in no
-- count for whom that entry is closed.
WITH newest AS (
    SELECT DISTINCT ON (id) kind, state, lane, mmsis, lon, lat
    FROM event
    WHERE run_id = 0 AND kind = ANY(%(kinds)s)
        AND started_at >= %(start)s AND started_at < %(end)s
    ORDER BY id, version DESC
)
SELECT kind, mmsis, lon, lat
FROM newest
WHERE state <> 'retracted' AND lane = 'law' AND EXISTS (
    SELECT FROM watchlist_hit hit WHERE hit.run_id = 0 AND hit.mmsi = ANY(newest.mmsis)
)

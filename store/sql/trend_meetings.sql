-- Encounters of two vessels: who, in which week and on which day of the span, where.
WITH newest AS (
    SELECT DISTINCT ON (id) id, state, lane, mmsis, started_at, lon, lat
    FROM event
    WHERE run_id = 0 AND kind = 'encounter' AND started_at >= %(start)s AND started_at < %(end)s
    ORDER BY id, version DESC
)
SELECT mmsis[1], mmsis[2],
    floor(extract(epoch FROM started_at - %(start)s) / 604800)::integer,
    floor(extract(epoch FROM started_at - %(start)s) / 86400)::integer, lon, lat
FROM newest
WHERE state <> 'retracted' AND cardinality(mmsis) = 2 AND lon IS NOT NULL AND lat IS NOT NULL
    AND NOT (lane = 'law' AND mmsis && %(hidden)s::integer[])
ORDER BY started_at, id

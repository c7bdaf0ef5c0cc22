-- Who of some vessels was heard in a span of some days: a look into the index for each.
SELECT asked.mmsi FROM unnest(%(mmsis)s::integer[]) AS asked (mmsi)
WHERE EXISTS (
    SELECT FROM position
    WHERE position.mmsi = asked.mmsi AND position.time >= %(start)s AND position.time < %(end)s
)

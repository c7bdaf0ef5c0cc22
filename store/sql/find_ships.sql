-- Who was heard in cells, each of which counts in a span of its own. The outer span lets whole days
-- be passed over.
SELECT DISTINCT position.mmsi
FROM unnest(%(cells)s::integer[], %(begins)s::timestamptz[], %(ends)s::timestamptz[])
    AS asked (cell, begins, ends)
JOIN position ON position.cell = asked.cell
    AND position.time >= asked.begins AND position.time < asked.ends
WHERE position.time >= %(start)s AND position.time < %(end)s
LIMIT %(limit)s

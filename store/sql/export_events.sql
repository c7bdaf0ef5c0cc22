-- The newest version of each live event that began in a span, of vessels or of all, oldest first.
SELECT content::text FROM (
    SELECT DISTINCT ON (id) id, started_at, lon, lat, content
    FROM event
    WHERE run_id = 0
        AND (%(start)s::timestamptz IS NULL OR started_at >= %(start)s)
        AND (%(end)s::timestamptz IS NULL OR started_at < %(end)s)
        AND (%(mmsis)s::integer[] IS NULL OR mmsis && %(mmsis)s::integer[])
        AND (%(ids)s::text[] IS NULL OR id = ANY(%(ids)s::text[]))
    ORDER BY id, version DESC
) AS newest
WHERE %(west)s::float8 IS NULL
    OR (lon BETWEEN %(west)s AND %(east)s AND lat BETWEEN %(south)s AND %(north)s)
ORDER BY started_at, id

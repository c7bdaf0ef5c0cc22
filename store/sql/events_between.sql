-- The newest version of each event that began in a span, of one vessel or of all.
SELECT content FROM (
    SELECT DISTINCT ON (id) id, started_at, content::text AS content
    FROM event
    WHERE run_id = %(run_id)s
        AND started_at >= %(start)s AND started_at < %(end)s
        AND (%(mmsi)s::integer IS NULL OR mmsis @> ARRAY[%(mmsi)s::integer])
    ORDER BY id, version DESC
) AS newest
ORDER BY started_at, id
LIMIT %(limit)s

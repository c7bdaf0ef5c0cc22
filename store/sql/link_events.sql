-- The newest version of each meeting that touches a span, of some vessels or of all (null). One
-- that goes on for longer than two days before the span is not looked for.
SELECT content FROM (
    SELECT DISTINCT ON (id) id, state, started_at, coalesce(ended_at, updated_at) AS until_at,
        content::text AS content
    FROM event
    WHERE run_id = 0 AND kind = 'encounter' AND cardinality(mmsis) > 1
        AND started_at >= %(start)s::timestamptz - interval '2 days' AND started_at < %(end)s
        AND (%(mmsis)s::integer[] IS NULL OR mmsis && %(mmsis)s::integer[])
    ORDER BY id, version DESC
) AS newest
WHERE state <> 'retracted' AND until_at >= %(start)s
ORDER BY started_at DESC, id
LIMIT %(limit)s

-- Alerts that were raised and touch a span, of vessels or of all, oldest first.
SELECT id, content::text FROM alert
WHERE raised
    AND (%(start)s::timestamptz IS NULL OR updated_at >= %(start)s)
    AND (%(end)s::timestamptz IS NULL OR started_at < %(end)s)
    AND (%(mmsis)s::integer[] IS NULL OR mmsis && %(mmsis)s::integer[])
    AND (%(ids)s::text[] IS NULL OR id = ANY(%(ids)s::text[]))
ORDER BY started_at, id

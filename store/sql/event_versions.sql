-- Every version of some events, as they were told.
SELECT content::text
FROM event
WHERE run_id = %(run_id)s AND id = ANY(%(ids)s)
ORDER BY number

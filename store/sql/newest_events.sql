-- The newest version of some events.
SELECT DISTINCT ON (id) content::text
FROM event
WHERE run_id = %(run_id)s AND id = ANY(%(ids)s)
ORDER BY id, version DESC

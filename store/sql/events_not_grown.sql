-- Live events that no alert has taken in yet, in the order in which they were committed.
SELECT number, content::text
FROM event
WHERE run_id = 0 AND NOT grown
ORDER BY number
LIMIT %(limit)s

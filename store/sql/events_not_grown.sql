-- Live events that no alert has taken in yet, SAR first, in the order in which they were committed.
SELECT number, content::text
FROM event
WHERE run_id = 0 AND NOT grown
-- A rescue must not wait behind a storm of silent ships.
ORDER BY lane = 'sar' DESC, number
LIMIT %(limit)s

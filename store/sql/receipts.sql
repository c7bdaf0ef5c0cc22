SELECT channel, id, reference, alert, taken, good, who, said, at, received_at
FROM receipt
WHERE %(alert)s::text IS NULL OR alert = %(alert)s
ORDER BY received_at DESC, channel, id
LIMIT %(limit)s

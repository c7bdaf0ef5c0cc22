SELECT number, notice_id, alert, office, channel, lane, change, why, enqueued_at, state, attempts,
    next_try_at, settled_at, reference, said, acknowledged_at, acknowledged_by, acknowledged_how
FROM delivery
WHERE (%(state)s::text IS NULL OR state = %(state)s)
    AND (%(alert)s::text IS NULL OR alert = %(alert)s)
    AND (%(channel)s::text IS NULL OR channel = %(channel)s)
    AND (%(office)s::text IS NULL OR office = %(office)s)
ORDER BY number DESC
LIMIT %(limit)s

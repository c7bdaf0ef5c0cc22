SELECT id, subject, raised, content
FROM alert
WHERE id IN (
    SELECT alert FROM alert_event WHERE event = ANY(%(events)s)
    UNION
    SELECT id FROM alert
    WHERE mmsis && %(mmsis)s::integer[] AND state NOT IN ('resolved', 'retracted')
        AND updated_at >= %(since)s
    UNION
    SELECT id FROM alert WHERE lane = ANY(%(lanes)s) AND updated_at >= %(since)s
)
ORDER BY id
FOR UPDATE

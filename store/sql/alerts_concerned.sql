SELECT id, subject, raised, content
FROM alert
WHERE id IN (
    SELECT alert FROM alert_event WHERE event = ANY(%(events)s)
    UNION
    SELECT id FROM alert
    WHERE mmsis && %(mmsis)s::integer[] AND state NOT IN ('resolved', 'retracted')
        AND updated_at >= %(since)s
    UNION
    (SELECT id FROM alert WHERE lane = 'sar' AND raised AND updated_at >= %(since)s
        ORDER BY updated_at DESC LIMIT %(most)s)
    UNION
    SELECT id FROM alert
    WHERE lane = 'infrastructure' AND kind = ANY(%(explaining)s) AND updated_at >= %(since)s
    UNION
    (SELECT id FROM alert WHERE %(again)s AND lane = 'law' AND updated_at >= %(since)s
        AND state NOT IN ('resolved', 'retracted') ORDER BY updated_at DESC LIMIT %(most)s)
)
ORDER BY id
FOR UPDATE

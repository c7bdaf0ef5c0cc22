-- Rescues that an office was told among many and by nothing else, that nobody has taken on: the
-- gravest first, with the time at which it was told. Looked up one by one (OFFSET 0): right after a
-- flood the statistics say that there are none, and each would be held against all others.
SELECT content, told.at
FROM (
    SELECT alert, min(enqueued_at) AS at
    FROM delivery
    WHERE office = %(office)s AND change <> 'ack'
    GROUP BY alert
    HAVING bool_and(listed_at IS NOT NULL)
) AS told
CROSS JOIN LATERAL (
    SELECT id, severity, content
    FROM alert
    WHERE id = told.alert AND raised AND state IN ('new', 'escalated') AND lane = 'sar'
        AND severity <> 'info'
    OFFSET 0
) AS one
ORDER BY array_position(ARRAY['critical', 'high', 'medium', 'low'], severity), told.at, id

-- Rescues that an office was told among many and by nothing else, that nobody has taken on: the
-- gravest first, with the time at which it was told.
SELECT content, told.at
FROM (
    SELECT alert, min(enqueued_at) AS at
    FROM delivery
    WHERE office = %(office)s AND change <> 'ack'
    GROUP BY alert
    HAVING bool_and(listed_at IS NOT NULL)
) AS told
JOIN alert ON alert.id = told.alert
WHERE raised AND state IN ('new', 'escalated') AND lane = 'sar' AND severity <> 'info'
ORDER BY array_position(ARRAY['critical', 'high', 'medium', 'low'], severity), told.at, id

-- Whatever nobody has taken on: no limit, for no number of tests or suspicions may hide a distress.
SELECT content
FROM alert
WHERE raised AND state IN ('new', 'escalated') AND lane IN ('sar', 'law') AND severity <> 'info'
ORDER BY lane = 'sar' DESC,
    array_position(ARRAY['critical', 'high', 'medium', 'low'], severity), started_at, id

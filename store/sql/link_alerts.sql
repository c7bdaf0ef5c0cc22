-- The alerts that rest on some events.
SELECT e.event, a.content::text
FROM alert_event e
JOIN alert a ON a.id = e.alert
WHERE e.event = ANY(%(ids)s) AND a.raised AND a.state <> 'retracted'
ORDER BY a.started_at, a.id

-- Who did the last thing that changed an alert's state, where that was a person.
SELECT DISTINCT ON (alert) alert, who
FROM alert_change
WHERE alert = ANY(%(alerts)s)
    AND action IN ('acknowledge', 'assign', 'escalate', 'resolve')
    AND who <> 'vedetta'
ORDER BY alert, version DESC

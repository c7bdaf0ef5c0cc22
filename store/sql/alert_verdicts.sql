SELECT e.kind, a.verdict, count(DISTINCT a.id)
FROM alert a JOIN alert_event e ON e.alert = a.id
WHERE a.verdict IS NOT NULL AND e.muted_by IS NULL AND e.state <> 'retracted'
    AND (%(since)s::timestamptz IS NULL OR a.changed_at >= %(since)s)
GROUP BY e.kind, a.verdict

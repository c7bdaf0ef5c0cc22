-- Alerts as they stood at the end of a span: those that were open then, and those that were over
-- within it; SAR first. What was said of them last is what a person did, not the service.
SELECT a.content, began.at, last.state, last.at, said.who, said.action, said.why, said.at
FROM alert a
CROSS JOIN LATERAL (
    SELECT coalesce(min(c.at) FILTER (WHERE c.action = 'alert'), min(c.at)) AS at
    FROM alert_change c
    WHERE c.alert = a.id
) began
CROSS JOIN LATERAL (
    SELECT c.state, c.at
    FROM alert_change c
    WHERE c.alert = a.id AND c.at <= %(until)s
    ORDER BY c.version DESC
    LIMIT 1
) last
LEFT JOIN LATERAL (
    SELECT c.who, c.action, c.why, c.at
    FROM alert_change c
    WHERE c.alert = a.id AND c.at <= %(until)s AND c.who <> 'vedetta'
    ORDER BY c.version DESC
    LIMIT 1
) said ON true
WHERE a.raised
    AND (a.state NOT IN ('resolved', 'retracted') OR a.changed_at >= %(since)s)
    AND began.at <= %(until)s
    AND (last.state NOT IN ('resolved', 'retracted') OR last.at >= %(since)s)
ORDER BY array_position(ARRAY['sar', 'law', 'infrastructure'], a.lane), last.at DESC
LIMIT %(limit)s

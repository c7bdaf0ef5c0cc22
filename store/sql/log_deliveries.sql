SELECT d.settled_at, d.alert, d.office, d.channel, d.change, d.said, a.content
FROM delivery d
LEFT JOIN alert a ON a.id = d.alert
WHERE d.state = 'dead' AND d.settled_at >= %(since)s AND d.settled_at <= %(until)s
ORDER BY d.lane, d.settled_at DESC
LIMIT %(limit)s

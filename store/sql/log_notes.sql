-- With the codes and the lane of the alert that a note is about: who may not know of the alert does
-- not read what was written about it.
SELECT n.number, n.at, n.author, n.text, n.corrects, n.mmsi, n.alert, n.place, a.content
FROM log_note n
LEFT JOIN alert a ON a.id = n.alert
WHERE n.at >= %(since)s AND n.at <= %(until)s
ORDER BY n.number DESC
LIMIT %(limit)s

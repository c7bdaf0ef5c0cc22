-- What got a number after one; of an alert that has changed again a greater number is to come.
SELECT n.number, n.office, a.content
FROM alert_number n
JOIN alert_number newest ON newest.alert = n.alert AND newest.office = ''
JOIN alert a ON a.id = n.alert AND a.version = newest.version
WHERE n.number > %(after)s
ORDER BY n.number
LIMIT %(most)s

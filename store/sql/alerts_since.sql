-- The alerts that changed after a number, or of which an office was told for the first time: each
-- once, by its greatest number. current: false where a greater number is to come.
SELECT n.number, newest.version = a.version AS current, a.content
FROM alert_number n
JOIN alert_number newest ON newest.alert = n.alert AND newest.office = ''
JOIN alert a ON a.id = n.alert
WHERE n.number > %(after)s
    AND n.office IN ('', %(office)s)
    AND (a.lane = 'sar') = %(sar)s
    AND NOT (%(only_open)s AND a.state IN ('resolved', 'retracted'))
    AND NOT EXISTS (
        SELECT FROM alert_number m
        WHERE m.alert = n.alert AND m.office IN ('', %(office)s) AND m.number > n.number)
ORDER BY n.number
LIMIT %(most)s

-- Which feeds heard a vessel: in how many minutes each, the first and the last. Not positions: who
-- is listed is stored with every report.
SELECT coalesce(f.name, 'feed ' || p.feed), p.number, p.first_at, p.last_at
FROM (
    SELECT feed, count(DISTINCT date_trunc('minute', time)) AS number,
        date_trunc('minute', min(time)) AS first_at, date_trunc('minute', max(time)) AS last_at
    FROM position
    WHERE mmsi = %(mmsi)s AND time >= %(start)s AND time < %(end)s
    GROUP BY feed
) AS p
LEFT JOIN feed f ON f.run_id = 0 AND f.code = p.feed
ORDER BY p.last_at DESC

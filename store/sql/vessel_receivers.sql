-- Which feeds heard a vessel: stored positions of each, the first and the last.
SELECT coalesce(f.name, 'feed ' || p.feed), p.number, p.first_at, p.last_at
FROM (
    SELECT feed, count(*) AS number, min(time) AS first_at, max(time) AS last_at
    FROM position
    WHERE mmsi = %(mmsi)s AND time >= %(start)s AND time < %(end)s
    GROUP BY feed
) AS p
LEFT JOIN feed f ON f.run_id = 0 AND f.code = p.feed
ORDER BY p.last_at DESC

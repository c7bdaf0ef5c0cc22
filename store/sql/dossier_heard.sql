-- Which feeds heard a vessel in a span, in how many minutes, the one that heard most first.
SELECT coalesce(f.name, 'feed ' || p.feed), p.number, p.first_at, p.last_at
FROM (
    SELECT feed, count(DISTINCT time_bucket('1 minute', time)) AS number, min(time) AS first_at, max(time) AS last_at
    FROM position
    WHERE mmsi = ANY(%(mmsis)s) AND time >= %(start)s AND time < %(end)s
    GROUP BY feed
) AS p
LEFT JOIN feed f ON f.run_id = %(run_id)s AND f.code = p.feed
ORDER BY p.number DESC, p.feed

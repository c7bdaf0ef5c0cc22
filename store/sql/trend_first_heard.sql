-- Numbers that said who they are for the first time ever, by the digits of the flag and by week.
-- Rows without a week carry those of the last weeks.
WITH ship AS (
    SELECT mmsi / 1000000 AS mid, mmsi, min(received) AS first_at
    FROM static_report
    WHERE run_id = 0 AND mmsi BETWEEN 200000000 AND 799999999
    GROUP BY mmsi
    HAVING min(received) >= %(start)s AND min(received) < %(end)s
), placed AS (
    SELECT mid, first_at,
        floor(extract(epoch FROM first_at - %(start)s) / 604800)::integer AS week
    FROM ship
)
SELECT mid, week, count(*), count(*) FILTER (WHERE first_at >= %(late)s)
FROM placed
GROUP BY GROUPING SETS ((mid, week), (mid))

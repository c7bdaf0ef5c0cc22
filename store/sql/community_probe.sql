SELECT time_bucket_gapfill('1 day', t, '2020-01-01', '2020-01-02')
FROM (VALUES (timestamptz '2020-01-01')) AS one (t)
GROUP BY 1

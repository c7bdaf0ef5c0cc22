-- Which editions of zones were in force in a span, each from the control line that adopted it until
-- the next one; kept: their bytes are there still.
SELECT version, received, until, EXISTS (
    SELECT FROM edition
    WHERE what = 'zones' AND edition.version = adopted.version AND content IS NOT NULL
)
FROM (
    SELECT version, received, lead(received) OVER (ORDER BY spool) AS until
    FROM adoption
    WHERE run_id = 0 AND what = 'zones'
) AS adopted
WHERE received < %(end)s AND (until IS NULL OR (until > %(start)s AND until > received))
ORDER BY received
LIMIT %(limit)s

-- Versions of contacts that stood in a span while the contact was open, each until the next one.
SELECT content, at, until
FROM (
    SELECT content, state, at, lead(at) OVER (PARTITION BY contact ORDER BY version) AS until
    FROM contact_version
    WHERE at < %(end)s
) AS version
WHERE state = 'open' AND (until IS NULL OR until > %(start)s)
ORDER BY at
LIMIT %(limit)s

-- Models, the newest first, and whether each is what the newest edition says.
SELECT version, sha256, bytes, passages, lines, since, until, author, at, why,
    content IS NOT NULL,
    coalesce(sha256 = (SELECT sha256 FROM edition WHERE what = 'traffic'
        ORDER BY version DESC LIMIT 1), false)
FROM traffic_model
ORDER BY version DESC
LIMIT %(limit)s

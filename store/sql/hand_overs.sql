-- Without their content, which may be long; newest first.
SELECT h.id, h.since, h.until, '' AS content, h.sha256
FROM hand_over h
ORDER BY h.until DESC, h.id DESC
LIMIT %(limit)s

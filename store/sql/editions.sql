SELECT what, version, sha256, author, at, why
FROM edition
WHERE what = %(what)s
ORDER BY version DESC
LIMIT %(limit)s

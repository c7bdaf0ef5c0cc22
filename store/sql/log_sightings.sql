SELECT content, state, author, at, why
FROM contact_version
WHERE at >= %(since)s AND at <= %(until)s
ORDER BY at DESC
LIMIT %(limit)s

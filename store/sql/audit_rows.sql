-- The newest rows first, so that a limit keeps them.
SELECT number, at, who, action, subject, why, details::text, hash
FROM audit
WHERE (%(action)s::text IS NULL OR action = %(action)s)
    AND (%(subject)s::text IS NULL OR subject = %(subject)s)
    AND (%(who)s::text IS NULL OR who = %(who)s)
    AND (%(since)s::timestamptz IS NULL OR at >= %(since)s)
ORDER BY number DESC
LIMIT %(limit)s

-- The newest rows first, so that a limit keeps them. An act on several names them in its details,
-- looked for as text: one odd character in a file's name would end a cast to jsonb.
SELECT number, at, who, action, subject, why, details::text, hash
FROM audit
WHERE (%(action)s::text IS NULL OR action = %(action)s)
    AND (%(subject)s::text IS NULL OR subject = %(subject)s
        OR strpos(details::text, to_json(%(subject)s::text)::text) > 0)
    AND (%(who)s::text IS NULL OR who = %(who)s)
    AND (%(since)s::timestamptz IS NULL OR at >= %(since)s)
ORDER BY number DESC
LIMIT %(limit)s

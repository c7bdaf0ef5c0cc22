-- The newest rows first; a page begins below the last number of the page before. lower() and not
-- ILIKE: what is looked for may hold its wildcards.
SELECT number, at, who, action, subject, why, details::text, hash
FROM audit
WHERE (%(before)s::bigint IS NULL OR number < %(before)s)
    AND (%(since)s::timestamptz IS NULL OR at >= %(since)s)
    AND (%(until)s::timestamptz IS NULL OR at < %(until)s)
    AND (%(who)s = '' OR strpos(lower(who), %(who)s) > 0)
    AND (%(action)s = '' OR strpos(lower(action), %(action)s) > 0)
    AND (%(subject)s = '' OR strpos(lower(subject), %(subject)s) > 0
        OR strpos(lower(details::text), %(subject_json)s) > 0)
    AND (%(text)s = '' OR strpos(lower(concat_ws(' ', who, action, subject, why)), %(text)s) > 0
        OR strpos(lower(details::text), %(text_json)s) > 0)
ORDER BY number DESC
LIMIT %(limit)s

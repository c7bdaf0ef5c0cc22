-- The newest rows first; a page begins below the last number of the page before. strpos and not
-- ILIKE: what is looked for may hold its wildcards. An empty list of spellings asks for nothing.
SELECT number, at, who, action, subject, why, details::text, hash
FROM audit
WHERE (%(before)s::bigint IS NULL OR number < %(before)s)
    AND (%(since)s::timestamptz IS NULL OR at >= %(since)s)
    AND (%(until)s::timestamptz IS NULL OR at < %(until)s)
    AND (%(who)s::text[] = '{}' OR EXISTS (
        SELECT FROM unnest(%(who)s::text[]) AS said WHERE strpos(lower(who), said) > 0))
    AND (%(action)s::text[] = '{}' OR EXISTS (
        SELECT FROM unnest(%(action)s::text[]) AS said WHERE strpos(lower(action), said) > 0))
    AND (%(subject)s::text[] = '{}' OR EXISTS (
        SELECT FROM unnest(%(subject)s::text[]) AS said
        WHERE strpos(lower(concat_ws(' ', subject, details::text)), said) > 0))
    AND (%(text)s::text[] = '{}' OR EXISTS (
        SELECT FROM unnest(%(text)s::text[]) AS said
        WHERE strpos(lower(concat_ws(' ', who, action, subject, why, details::text)), said) > 0))
ORDER BY number DESC
LIMIT %(limit)s

-- Saved questions that were not withdrawn, the newest first; those last reviewed before a time.
SELECT id, name, question, given, rule, state, author, at, why, released_by, released_at,
    greatest(at, released_at, reviewed_at)
FROM saved_question
WHERE state <> 'withdrawn' AND (%(id)s::text IS NULL OR id = %(id)s)
    AND (%(before)s::timestamptz IS NULL OR greatest(at, released_at, reviewed_at) < %(before)s)
ORDER BY at DESC, id DESC
LIMIT 500

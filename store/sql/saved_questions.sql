-- Saved questions that were not withdrawn, the newest first.
SELECT id, name, question, given, rule, state, author, at, why, released_by, released_at
FROM saved_question
WHERE state <> 'withdrawn' AND (%(id)s::text IS NULL OR id = %(id)s)
ORDER BY at DESC, id DESC
LIMIT 500

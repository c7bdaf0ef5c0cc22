SELECT entry, version, content, author, at, why, released_by, released_at, state, ended_by,
    ended_at, ended_why
FROM entry_version
WHERE content IS NOT NULL
    AND greatest(at, released_at, ended_at) >= %(since)s
    AND at <= %(until)s
ORDER BY greatest(at, released_at, ended_at) DESC
LIMIT %(limit)s

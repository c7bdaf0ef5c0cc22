SELECT entry, content, version, state, author, at, why, released_by, released_at, ended_by,
    ended_at, ended_why
FROM entry_version
WHERE entry = %(entry)s
ORDER BY version

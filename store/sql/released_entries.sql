SELECT entry, content, version, state, author, at, why, released_by, released_at, ended_by,
    ended_at, ended_why
FROM entry_version
WHERE state = 'released'
ORDER BY entry

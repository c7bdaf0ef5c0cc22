SELECT DISTINCT ON (entry)
    entry, content, version, state, author, at, why, released_by, released_at, ended_by,
    ended_at, ended_why
FROM entry_version
WHERE %(ids)s::text[] IS NULL OR entry = ANY(%(ids)s)
ORDER BY entry, version DESC

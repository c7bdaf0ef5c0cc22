SELECT DISTINCT ON (entry) entry, content
FROM entry_version
WHERE entry = ANY(%(ids)s) AND content IS NOT NULL
ORDER BY entry, (state = 'released') DESC, version DESC

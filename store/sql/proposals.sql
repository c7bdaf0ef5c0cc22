SELECT entry, version, author
FROM entry_version
WHERE entry = ANY(%(ids)s) AND state = 'proposed'

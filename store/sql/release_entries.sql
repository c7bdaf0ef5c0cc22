UPDATE entry_version
SET state = 'released', released_by = %(who)s, released_at = %(at)s
WHERE entry = ANY(%(ids)s) AND state = 'proposed'

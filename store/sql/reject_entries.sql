UPDATE entry_version
SET state = 'rejected', ended_by = %(who)s, ended_at = %(at)s, ended_why = %(why)s
WHERE entry = ANY(%(ids)s) AND state = 'proposed'

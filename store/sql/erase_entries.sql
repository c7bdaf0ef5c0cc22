-- A reason may name somebody just as the content does; that of the erasure stays.
UPDATE entry_version
SET state = 'erased', content = NULL, why = '',
    ended_by = %(who)s, ended_at = %(at)s, ended_why = %(why)s
WHERE entry = ANY(%(ids)s)

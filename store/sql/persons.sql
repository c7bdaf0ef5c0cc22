SELECT entry, role, name, note
FROM entry_person
WHERE entry = ANY(%(ids)s)
ORDER BY entry, number

SELECT entry, max(version), array_agg(DISTINCT state)
FROM entry_version
WHERE entry = ANY(%(ids)s)
GROUP BY entry

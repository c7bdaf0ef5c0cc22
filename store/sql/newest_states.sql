SELECT DISTINCT ON (asked.number)
    entry, version, state
FROM unnest(%(ids)s::text[]) WITH ORDINALITY AS asked (entry, number)
JOIN entry_version USING (entry)
ORDER BY asked.number, version DESC

-- The entries in force that name another one, those that they name, and those that have an owner
-- or a manager in common.
WITH naming AS (
    SELECT content->'links' AS links, entry
    FROM entry_version
    WHERE state = 'released' AND jsonb_array_length(coalesce(content->'links', '[]'::jsonb)) > 0
), wanted AS (
    SELECT entry FROM naming
    UNION
    SELECT link->>'entry' FROM naming, jsonb_array_elements(links) AS link
    UNION
    SELECT unnest(%(ids)s::text[])
)
SELECT v.content
FROM entry_version v
JOIN wanted USING (entry)
WHERE v.state = 'released'
ORDER BY v.entry
LIMIT %(limit)s

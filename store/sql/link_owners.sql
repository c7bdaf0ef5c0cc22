-- Which entries have an owner or a manager of the same name: what they are to both, never who.
SELECT DISTINCT a.entry, b.entry,
    CASE WHEN a.role IN ('owner', 'beneficial_owner') AND b.role IN ('owner', 'beneficial_owner')
        THEN 'same_owner' ELSE 'same_manager' END
FROM entry_person a
JOIN entry_person b ON b.entry > a.entry AND lower(b.name) = lower(a.name)
WHERE a.role IN ('owner', 'beneficial_owner', 'manager', 'operator')
    AND b.role IN ('owner', 'beneficial_owner', 'manager', 'operator')
ORDER BY 1, 2, 3
LIMIT %(limit)s

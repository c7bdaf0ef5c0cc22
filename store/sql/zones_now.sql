SELECT feature, version, state, author, at, why
FROM (
    SELECT DISTINCT ON (zone) * FROM zone_version ORDER BY zone, version DESC
) AS newest
WHERE state = 'active'
ORDER BY zone

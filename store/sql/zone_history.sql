SELECT feature, version, state, author, at, why
FROM zone_version
WHERE zone = %(zone)s
ORDER BY version

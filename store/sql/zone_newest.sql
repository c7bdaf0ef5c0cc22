SELECT DISTINCT ON (zone) zone, version, state, feature::text
FROM zone_version
WHERE zone = ANY(%(zones)s)
ORDER BY zone, version DESC

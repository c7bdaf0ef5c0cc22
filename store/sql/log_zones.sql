SELECT zone, version, state, author, at, why
FROM zone_version
WHERE at >= %(since)s AND at <= %(until)s
ORDER BY at DESC, zone
LIMIT %(limit)s

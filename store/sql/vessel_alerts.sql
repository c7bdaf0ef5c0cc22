-- The alerts of a vessel that were raised, the newest first.
SELECT content::text, told_at
FROM alert a, LATERAL (
    SELECT min(c.at) AS told_at FROM alert_change c WHERE c.alert = a.id AND c.action = 'alert'
) AS told
WHERE a.raised AND a.mmsis @> ARRAY[%(mmsi)s::integer]
ORDER BY changed_at DESC, id
LIMIT %(limit)s

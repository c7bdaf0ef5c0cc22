SELECT content
FROM alert
WHERE (raised OR %(smouldering)s)
    AND (%(states)s::text[] IS NULL OR state = ANY(%(states)s))
    AND (%(lanes)s::text[] IS NULL OR lane = ANY(%(lanes)s))
    AND (%(mmsi)s::integer IS NULL OR mmsis @> ARRAY[%(mmsi)s::integer])
    AND (%(since)s::timestamptz IS NULL OR updated_at >= %(since)s)
-- However many tests of beacons came since, none takes the place of a call for help.
ORDER BY array_position(ARRAY['sar', 'law', 'infrastructure'], lane), severity = 'info',
    changed_at DESC, id
LIMIT %(limit)s

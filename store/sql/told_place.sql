-- Where an alert was when somebody was told of it last. A NUL in an older text ends a cast to jsonb:
-- it becomes a sign as long, so that an escaped backslash before it stays one.
SELECT (said #>> '{alert,lon}')::float8, (said #>> '{alert,lat}')::float8
FROM (
    SELECT number, replace(notice, '\u0000', '\ufffd')::jsonb AS said
    FROM delivery
    WHERE alert = %(alert)s AND change <> 'ack'
) AS told
WHERE said #>> '{alert,lon}' IS NOT NULL
ORDER BY number DESC
LIMIT 1

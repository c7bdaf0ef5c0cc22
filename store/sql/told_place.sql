-- Where an alert was when somebody was told of it last.
SELECT (notice::jsonb #>> '{alert,lon}')::float8, (notice::jsonb #>> '{alert,lat}')::float8
FROM delivery
WHERE alert = %(alert)s AND change <> 'ack' AND notice::jsonb #>> '{alert,lon}' IS NOT NULL
ORDER BY number DESC
LIMIT 1

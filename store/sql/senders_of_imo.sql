-- Who ever sent one of some IMO numbers, by its own index.
SELECT DISTINCT mmsi
FROM static_report
WHERE run_id = %(run_id)s AND imo = ANY(%(imos)s::bigint[])
ORDER BY mmsi

-- The last identity report of each vessel and kind, as the writer remembers it.
SELECT DISTINCT ON (mmsi, message, part) mmsi, message, part, content
FROM static_report
WHERE run_id = %(run_id)s
ORDER BY mmsi, message, part, spool DESC

-- The identifiers that a few vessels sent, each with all who sent it.
SELECT 'imo', imo::text, array_agg(DISTINCT mmsi ORDER BY mmsi)
FROM static_report
WHERE run_id = 0 AND imo IS NOT NULL AND received < %(end)s
GROUP BY imo HAVING count(DISTINCT mmsi) BETWEEN 2 AND %(most)s
UNION ALL
SELECT 'call_sign', call_sign, array_agg(DISTINCT mmsi ORDER BY mmsi)
FROM static_report
WHERE run_id = 0 AND call_sign IS NOT NULL AND received < %(end)s
GROUP BY call_sign HAVING count(DISTINCT mmsi) BETWEEN 2 AND %(most)s
UNION ALL
SELECT 'name', name, array_agg(DISTINCT mmsi ORDER BY mmsi)
FROM static_report
WHERE run_id = 0 AND name IS NOT NULL AND received < %(end)s
GROUP BY name HAVING count(DISTINCT mmsi) BETWEEN 2 AND %(most)s

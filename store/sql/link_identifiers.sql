-- The identifiers that some vessels sent and others too, each with all who sent it; what many send
-- ties nobody. Each column has an index of its own, so three statements are one.
WITH mine AS (
    SELECT DISTINCT imo, call_sign, name
    FROM static_report
    WHERE run_id = 0 AND mmsi = ANY(%(mmsis)s::integer[]) AND received < %(end)s
)
SELECT 'imo', s.imo::text, array_agg(DISTINCT s.mmsi ORDER BY s.mmsi)
FROM (SELECT DISTINCT imo FROM mine WHERE imo IS NOT NULL) AS m
JOIN static_report s ON s.run_id = 0 AND s.imo = m.imo AND s.received < %(end)s
GROUP BY s.imo HAVING count(DISTINCT s.mmsi) BETWEEN 2 AND %(most)s
UNION ALL
SELECT 'call_sign', s.call_sign, array_agg(DISTINCT s.mmsi ORDER BY s.mmsi)
FROM (SELECT DISTINCT call_sign FROM mine WHERE call_sign IS NOT NULL) AS m
JOIN static_report s ON s.run_id = 0 AND s.call_sign = m.call_sign AND s.received < %(end)s
GROUP BY s.call_sign HAVING count(DISTINCT s.mmsi) BETWEEN 2 AND %(most)s
UNION ALL
SELECT 'name', s.name, array_agg(DISTINCT s.mmsi ORDER BY s.mmsi)
FROM (SELECT DISTINCT name FROM mine WHERE name IS NOT NULL) AS m
JOIN static_report s ON s.run_id = 0 AND s.name = m.name AND s.received < %(end)s
GROUP BY s.name HAVING count(DISTINCT s.mmsi) BETWEEN 2 AND %(most)s

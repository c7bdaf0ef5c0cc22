-- Who ever said to have one of these IMO numbers: now, or in an earlier report.
SELECT mmsi FROM vessel WHERE run_id = 0 AND imo = ANY(%(imos)s)
UNION
SELECT mmsi FROM static_report WHERE run_id = 0 AND imo = ANY(%(imos)s)
ORDER BY mmsi

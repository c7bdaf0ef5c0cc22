-- Who the vessels of a case say they are, the one heard last first.
SELECT mmsi, coalesce(imo, 0), coalesce(name, '')
FROM vessel
WHERE run_id = 0 AND (mmsi = ANY(%(mmsis)s) OR imo = ANY(%(imos)s))
ORDER BY received DESC

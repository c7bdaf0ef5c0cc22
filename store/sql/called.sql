-- The name and numbers of every vessel that ever said who she is, for a search by name.
SELECT mmsi, coalesce(imo, 0), convert_to(coalesce(call_sign, ''), 'UTF8'),
    convert_to(coalesce(name, ''), 'UTF8'), extract(epoch FROM received)::bigint
FROM vessel
WHERE run_id = 0

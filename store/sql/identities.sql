-- Identities that changed at or after a time; all of them when it is null.
SELECT mmsi, coalesce(ship_type, 255), coalesce(to_bow_m, 'NaN'), coalesce(to_stern_m, 'NaN'),
    coalesce(to_port_m, 'NaN'), coalesce(to_starboard_m, 'NaN'), coalesce(imo, 0),
    convert_to(coalesce(call_sign, ''), 'UTF8'), convert_to(coalesce(name, ''), 'UTF8'),
    convert_to(coalesce(destination, ''), 'UTF8'), received
FROM vessel
WHERE run_id = %(run_id)s
    AND (%(since)s::timestamptz IS NULL OR received >= %(since)s::timestamptz)

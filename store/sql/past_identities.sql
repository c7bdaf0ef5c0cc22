-- Who the vessels of a span say they are now, through the vessels' own key.
SELECT mmsi, coalesce(ship_type, 255), coalesce(to_bow_m, 'NaN'), coalesce(to_stern_m, 'NaN'),
    coalesce(to_port_m, 'NaN'), coalesce(to_starboard_m, 'NaN'), coalesce(imo, 0),
    convert_to(coalesce(call_sign, ''), 'UTF8'), convert_to(coalesce(name, ''), 'UTF8'),
    convert_to(coalesce(destination, ''), 'UTF8')
FROM vessel
WHERE run_id = 0 AND mmsi = ANY(%(mmsis)s::integer[])
ORDER BY mmsi

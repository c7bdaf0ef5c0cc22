-- Four distances of 0 are «not available» (ITU-R M.1371-5, annex 8, figure 41).
SELECT mmsi, received, coalesce(imo, 0), coalesce(call_sign, ''), coalesce(name, ''),
    coalesce(ship_type, 0), nullif(to_bow_m + to_stern_m, 0),
    nullif(to_port_m + to_starboard_m, 0), message, spool
FROM static_report
WHERE run_id = %(run_id)s AND mmsi = ANY(%(mmsis)s)
ORDER BY mmsi, spool

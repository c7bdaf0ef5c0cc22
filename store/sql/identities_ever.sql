-- Every set of identifiers that a vessel ever sent, once, as of the last time that it was news.
SELECT DISTINCT ON (mmsi, imo, call_sign, name) mmsi, received, coalesce(imo, 0),
    coalesce(call_sign, ''), coalesce(name, ''), coalesce(ship_type, 0),
    nullif(to_bow_m + to_stern_m, 0),
    nullif(to_port_m + to_starboard_m, 0), message, spool
FROM static_report
WHERE run_id = %(run_id)s
ORDER BY mmsi, imo, call_sign, name, spool DESC

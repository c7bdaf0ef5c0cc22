SELECT received, message, imo, call_sign, name, ship_type, to_bow_m, to_stern_m, to_port_m,
    to_starboard_m, draught_m, destination, eta_month, eta_day, eta_hour, eta_minute, mothership
FROM vessel
WHERE run_id = %(run_id)s AND mmsi = %(mmsi)s

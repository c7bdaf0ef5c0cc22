-- What a report does not say stays as it was: types 24 A and B each tell one half.
INSERT INTO vessel
SELECT * FROM stage_vessel
ON CONFLICT (run_id, mmsi) DO UPDATE SET
    received = excluded.received, message = excluded.message,
    imo = coalesce(excluded.imo, vessel.imo),
    call_sign = coalesce(excluded.call_sign, vessel.call_sign),
    name = coalesce(excluded.name, vessel.name),
    ship_type = coalesce(excluded.ship_type, vessel.ship_type),
    to_bow_m = coalesce(excluded.to_bow_m, vessel.to_bow_m),
    to_stern_m = coalesce(excluded.to_stern_m, vessel.to_stern_m),
    to_port_m = coalesce(excluded.to_port_m, vessel.to_port_m),
    to_starboard_m = coalesce(excluded.to_starboard_m, vessel.to_starboard_m),
    draught_m = coalesce(excluded.draught_m, vessel.draught_m),
    destination = coalesce(excluded.destination, vessel.destination),
    eta_month = coalesce(excluded.eta_month, vessel.eta_month),
    eta_day = coalesce(excluded.eta_day, vessel.eta_day),
    eta_hour = coalesce(excluded.eta_hour, vessel.eta_hour),
    eta_minute = coalesce(excluded.eta_minute, vessel.eta_minute),
    mothership = coalesce(excluded.mothership, vessel.mothership)

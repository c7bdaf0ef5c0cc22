-- What is known of vessels by number, and the entries in force to which each answered.
SELECT asked.mmsi, said.name, said.call_sign, said.imo, said.ship_type,
    said.to_bow_m + said.to_stern_m,
    ARRAY(
        SELECT DISTINCT hit.entry
        FROM watchlist_hit AS hit
        JOIN entry_version AS one ON one.entry = hit.entry AND one.state = 'released'
        WHERE hit.run_id = 0 AND hit.mmsi = asked.mmsi
        ORDER BY hit.entry
    )
FROM unnest(%(mmsis)s::integer[]) AS asked (mmsi)
LEFT JOIN vessel AS said ON said.run_id = 0 AND said.mmsi = asked.mmsi

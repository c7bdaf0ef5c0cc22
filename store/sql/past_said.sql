-- What the vessels of a span had said of themselves by its start, and what they said anew in it. Who
-- said nothing anew since its start is known as of now; of the others the last few reports before
-- it, which hold every field that is sent.
WITH asked AS (
    SELECT mmsi, received <= %(start)s AS still
    FROM vessel
    WHERE run_id = 0 AND mmsi = ANY(%(mmsis)s::integer[])
)
SELECT mmsi, (extract(epoch FROM received) * 1000000)::bigint, coalesce(nullif(ship_type, 0), 255),
    coalesce(to_bow_m, 'NaN'), coalesce(to_stern_m, 'NaN'), coalesce(to_port_m, 'NaN'),
    coalesce(to_starboard_m, 'NaN'), convert_to(coalesce(name, ''), 'UTF8')
FROM (
    SELECT mmsi, received, 0::bigint AS spool, ship_type, to_bow_m, to_stern_m, to_port_m,
        to_starboard_m, name
    FROM asked JOIN vessel USING (mmsi)
    WHERE run_id = 0 AND still
    UNION ALL
    SELECT mmsi, report.*
    FROM asked CROSS JOIN LATERAL (
        SELECT received, spool, ship_type, to_bow_m, to_stern_m, to_port_m, to_starboard_m, name
        FROM static_report
        WHERE run_id = 0 AND static_report.mmsi = asked.mmsi AND received <= %(start)s
        ORDER BY received DESC
        LIMIT %(few)s
    ) AS report
    WHERE NOT still
    UNION ALL
    SELECT mmsi, report.*
    FROM asked CROSS JOIN LATERAL (
        SELECT received, spool, ship_type, to_bow_m, to_stern_m, to_port_m, to_starboard_m, name
        FROM static_report
        WHERE run_id = 0 AND static_report.mmsi = asked.mmsi
            AND received > %(start)s AND received < %(end)s
        ORDER BY received DESC
        LIMIT %(most)s
    ) AS report
    WHERE NOT still
) AS said
ORDER BY mmsi, received, spool

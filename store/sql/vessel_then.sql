-- Who a vessel had said to be by a moment, each field as she sent it last; since when and until when
-- that holds, and when she first said anything. Always one row.
WITH report AS MATERIALIZED (
    SELECT * FROM static_report WHERE run_id = 0 AND mmsi = %(mmsi)s
)
SELECT (SELECT min(received) FROM report) AS first, max(received) AS since,
    (SELECT min(received) FROM report WHERE received > %(at)s) AS until,
    last(message, spool) FILTER (WHERE message IS NOT NULL) AS message,
    last(imo, spool) FILTER (WHERE imo IS NOT NULL) AS imo,
    last(call_sign, spool) FILTER (WHERE call_sign IS NOT NULL) AS call_sign,
    last(name, spool) FILTER (WHERE name IS NOT NULL) AS name,
    last(ship_type, spool) FILTER (WHERE ship_type > 0) AS ship_type,
    last(draught_m, spool) FILTER (WHERE draught_m IS NOT NULL) AS draught_m,
    last(destination, spool) FILTER (WHERE destination IS NOT NULL) AS destination,
    last(eta_month, spool) FILTER (WHERE eta_month IS NOT NULL) AS eta_month,
    last(eta_day, spool) FILTER (WHERE eta_day IS NOT NULL) AS eta_day,
    last(eta_hour, spool) FILTER (WHERE eta_hour IS NOT NULL) AS eta_hour,
    last(eta_minute, spool) FILTER (WHERE eta_minute IS NOT NULL) AS eta_minute
FROM report
WHERE received <= %(at)s

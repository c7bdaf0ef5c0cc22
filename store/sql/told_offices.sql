-- Offices to which an alert was routed: told at once, held for a digest, or told again.
SELECT alert, array_agg(office)
FROM (
    SELECT alert, office FROM alert_told WHERE alert = ANY(%(alerts)s)
    UNION
    SELECT alert, office FROM delivery WHERE alert = ANY(%(alerts)s)
) AS told
GROUP BY alert

-- The offices to which alerts were routed; a digest that waits counts.
SELECT alert, office FROM delivery WHERE alert = ANY(%(alerts)s)
UNION
SELECT alert, office FROM alert_told WHERE alert = ANY(%(alerts)s)

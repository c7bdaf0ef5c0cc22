-- The codes of the alerts that were raised or changed in a span, for who may not know of all.
SELECT id, content->'codes' FROM alert
WHERE raised AND updated_at >= %(start)s AND started_at < %(end)s

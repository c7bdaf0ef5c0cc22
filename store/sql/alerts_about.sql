-- The codes of the alerts that were raised or changed in a span, for who may not know of all.
-- A NUL in an older text makes all of its JSON unreadable here: see told_place.sql.
SELECT id, replace(content::text, '\u0000', '\ufffd')::json->'codes' FROM alert
WHERE raised AND updated_at >= %(start)s AND started_at < %(end)s

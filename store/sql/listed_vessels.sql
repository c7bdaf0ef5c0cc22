-- Vessels that answer to an entry which is in force, each with the codes of that entry.
SELECT mmsi, content
FROM listed
WHERE coalesce((content->>'valid_until')::date >= %(today)s, true)
ORDER BY mmsi, entry

-- Entries in force that name one of these numbers.
SELECT content
FROM entry_version
WHERE state = 'released' AND (content->'mmsi' @> %(mmsi)s OR content->'imo' @> %(imo)s)

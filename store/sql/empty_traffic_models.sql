-- The newest one is what the next is learned from; adopted ones are kept as editions.
UPDATE traffic_model
SET content = NULL
WHERE content IS NOT NULL AND at < %(before)s
    AND version < (SELECT max(version) FROM traffic_model)

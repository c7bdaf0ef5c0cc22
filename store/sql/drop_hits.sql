-- Live answers to the list, but for a vessel's newest to each entry in force: it is what makes her
-- a listed one, and no other comes while nothing changes.
DELETE FROM watchlist_hit AS old
WHERE run_id = 0 AND received < %(before)s AND NOT (
    EXISTS (SELECT FROM entry_version WHERE entry = old.entry AND state = 'released')
    AND NOT EXISTS (
        SELECT FROM watchlist_hit AS newer
        WHERE newer.run_id = 0 AND newer.mmsi = old.mmsi AND newer.entry = old.entry
            AND (newer.received, newer.spool) > (old.received, old.spool)
    )
)

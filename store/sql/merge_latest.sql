-- The newest position of each segment of a block takes the place of the one before.
INSERT INTO latest
SELECT * FROM stage_latest
ON CONFLICT (run_id, segment) DO UPDATE SET
    mmsi = excluded.mmsi, time = excluded.time, received = excluded.received,
    spool = excluded.spool, lon_deg = excluded.lon_deg, lat_deg = excluded.lat_deg,
    sog_kn = excluded.sog_kn, cog_deg = excluded.cog_deg, heading_deg = excluded.heading_deg,
    feed = excluded.feed, message = excluded.message, nav_status = excluded.nav_status,
    reports = excluded.reports
